using CallCluster.Sip.Messages;

namespace CallCluster.Sip.UserAgents;

/// <summary>
/// What happens to one <see cref="InviteSession"/>. All members are called under the endpoint's lock and must not block, wait for another
/// thread, or take a lock that is held elsewhere while the endpoint is called. They may call the session and the endpoint.
/// <see cref="OnEnded"/> is the last callback of every session, whatever its way, and comes exactly once.
/// </summary>
public interface IInviteSessionHandler
{
    /// <summary>UAC: a provisional response (101-199) came; its To tag tells forks apart.</summary>
    void OnProgress(InviteSession session, SipResponse response)
    {
    }

    /// <summary>UAC: the first 2xx came. Returns the answer to carry in the ACK when the INVITE had no offer and the 2xx has it, else null.</summary>
    SipBody? OnAccepted(InviteSession session, SipResponse response) => null;

    /// <summary>UAC: a final non-2xx came; <paramref name="response"/> is null for a time-out (408) or transport failure (503).</summary>
    void OnRejected(InviteSession session, int status, SipResponse? response)
    {
    }

    /// <summary>UAS: the ACK to our first 2xx came; it has the answer when the 2xx had the offer.</summary>
    void OnConfirmed(InviteSession session, SipRequest ack)
    {
    }

    /// <summary>UAS: the caller cancelled; 487 was sent. <paramref name="cancel"/> may carry a Reason (RFC 3326).</summary>
    void OnCancelled(InviteSession session, SipRequest cancel)
    {
    }

    /// <summary>The session is over. <paramref name="message"/> is the BYE, CANCEL or final response that ended it, if there was one.</summary>
    void OnEnded(InviteSession session, SessionEndCause cause, SipMessage? message);

    /// <summary>The peer sent a re-INVITE; answer now or later with <see cref="InviteSession.AcceptOffer"/> or <see cref="InviteSession.RejectOffer"/>.</summary>
    void OnReinvite(InviteSession session, SipRequest request) => session.RejectOffer(488);

    /// <summary>The ACK to our 2xx to a re-INVITE came; it has the answer when that re-INVITE had no offer.</summary>
    void OnReinviteConfirmed(InviteSession session, SipRequest ack)
    {
    }

    /// <summary>The peer sent an UPDATE (RFC 3311); answer as a re-INVITE.</summary>
    void OnUpdate(InviteSession session, SipRequest request) => session.RejectOffer(488);

    /// <summary>
    /// The final answer to our <see cref="InviteSession.Reinvite"/> or <see cref="InviteSession.Update"/>: 491 was retried before. Null response: time-out.
    /// Returns the answer to carry in the ACK when a re-INVITE without offer was accepted with one.
    /// </summary>
    SipBody? OnOfferAnswered(InviteSession session, int status, SipResponse? response) => null;

    /// <summary>The session must be refreshed (RFC 4028) and the peer takes no UPDATE: send a <see cref="InviteSession.Reinvite"/> with the description in force, or the session expires.</summary>
    void OnRefreshDue(InviteSession session)
    {
    }

    /// <summary>The peer sent INFO (RFC 6086) in this dialog.</summary>
    void OnInfo(InviteSession session, IncomingRequest request) => request.RespondUnhandled();

    /// <summary>Another request in this dialog (REFER, NOTIFY, MESSAGE …). OPTIONS is answered by the stack.</summary>
    void OnRequest(InviteSession session, IncomingRequest request) => request.RespondUnhandled();
}
