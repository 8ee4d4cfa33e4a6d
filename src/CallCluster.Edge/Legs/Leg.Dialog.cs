using CallCluster.Contracts.Calls;
using CallCluster.Sip.Messages;
using CallCluster.Sip.Sdp;
using CallCluster.Sip.UserAgents;

namespace CallCluster.Edge.Legs;

/// <content>What the leg's dialog tells. Callbacks come under the endpoint's lock and only post; those of a dialog that is the leg's no more are passed over.</content>
internal abstract partial class Leg
{
    /// <summary>Our 200 has the offer, so the ACK must bring the answer.</summary>
    protected bool AwaitsAnswer { get; set; }

    void IInviteSessionHandler.OnProgress(InviteSession session, SipResponse response)
    {
        if (response.StatusCode < 180) return;
        var early = response.SessionDescription;
        Call.Post(() =>
        {
            if (session == Session) OnProgress(early);
        });
    }

    SipBody? IInviteSessionHandler.OnAccepted(InviteSession session, SipResponse response)
    {
        var answer = response.SessionDescription;
        var party = session.RemoteEndPoint?.Address;
        Call.Post(() =>
        {
            if (session != Session)
            {
                OnSuccessorAccepted(session, answer);
                return;
            }

            PartyAddress = party;
            OnAccepted(answer);
        });
        return null;
    }

    void IInviteSessionHandler.OnConfirmed(InviteSession session, SipRequest ack)
    {
        var answer = ack.SessionDescription;
        Call.Post(() =>
        {
            if (session != Session || State == LegState.Ended) return;
            if (AwaitsAnswer && !TakeAnswer(answer))
            {
                OwnFailure = (LegEndCause.Failed, "no usable answer in the ACK");
                HangUp(488, "No Usable Answer");
                return;
            }

            AwaitsAnswer = false;
            OnConfirmed();
        });
    }

    void IInviteSessionHandler.OnReinvite(InviteSession session, SipRequest request) => Call.Post(() => AnswerReoffer(session, request));

    void IInviteSessionHandler.OnUpdate(InviteSession session, SipRequest request) => Call.Post(() => AnswerReoffer(session, request));

    void IInviteSessionHandler.OnReinviteConfirmed(InviteSession session, SipRequest ack)
    {
        if (ack.SessionDescription is { IsEmpty: false } answer) Call.Post(() => TakeAnswerOf(session, answer));
    }

    SipBody? IInviteSessionHandler.OnOfferAnswered(InviteSession session, int status, SipResponse? response)
    {
        if (response is { IsSuccess: true, SessionDescription: { IsEmpty: false } answer }) Call.Post(() => TakeAnswerOf(session, answer));
        return null;
    }

    void IInviteSessionHandler.OnEnded(InviteSession session, SessionEndCause cause, SipMessage? message) => Call.Post(() =>
    {
        var status = (message as SipResponse)?.StatusCode;
        if (session != Session)
        {
            OnSuccessorEnded(session, status);
            return;
        }

        // A phone knows nothing of the telephone network.
        if (Trunk is not null) _networkCause = ReasonHeader.Q850Of(message);
        var reason = message?.GetHeader(HeaderNames.Reason);
        if (cause == SessionEndCause.Cancelled && message is SipRequest && ReasonHeader.IsCompletedElsewhere(reason)) status = 200;
        var (why, text) = OwnFailure ?? (CauseOf(cause, status), reason is null ? null : Printable.Clean(reason));
        if (WaitsForSuccessor(why, status, text) || WaitsForOutcome(why, status, text) || WaitsForOtherCall(why, status, text)) FallSilent();
        else End(why, status, text);
    });

    void IInviteSessionHandler.OnRequest(InviteSession session, IncomingRequest request)
    {
        if (request.Method == SipMethods.Refer) OnRefer(session, request);
        else if (request.Method == SipMethods.Notify) OnNotify(session, request);
        else request.RespondUnhandled();
    }

    /// <summary>The called party rings; perhaps with an answer already.</summary>
    protected virtual void OnProgress(ReadOnlyMemory<byte> early)
    {
    }

    /// <summary>The called party answered our INVITE.</summary>
    protected virtual void OnAccepted(ReadOnlyMemory<byte> answer)
    {
    }

    /// <summary>The ACK of our 200 came.</summary>
    protected virtual void OnConfirmed()
    {
    }

    private void TakeAnswerOf(InviteSession session, ReadOnlyMemory<byte> answer)
    {
        if (session == Session) TakeAnswer(answer);
    }

    private void AnswerReoffer(InviteSession session, SipMessage request)
    {
        if (Exchange is null || State == LegState.Ended || session != Session)
        {
            session.RejectOffer(488);
            return;
        }

        var sdp = request.SessionDescription;
        if (sdp.IsEmpty)
        {
            // A re-INVITE without offer asks for ours (RFC 3261 14.2); an UPDATE without one only refreshes.
            session.AcceptOffer(request is SipRequest { Method: SipMethods.Update } ? null : Exchange.CreateOffer().ToBody());
            return;
        }

        var parsed = SdpParser.Parse(sdp.Span);
        if (parsed.Description is null) session.RejectOffer(400);
        else if (Exchange.AnswerOffer(parsed.Description) is not { } answer) session.RejectOffer(488);
        else
        {
            Configure(answer.Media);
            session.AcceptOffer(answer.Description.ToBody());
        }
    }

    /// <summary>Takes an answer from a 2xx or ACK; false when it cannot be used.</summary>
    protected bool TakeAnswer(ReadOnlyMemory<byte> body, bool isEarly = false)
    {
        if (Exchange is null || SdpParser.Parse(body.Span).Description is not { } answer || Exchange.AcceptAnswer(answer) is not { } media) return false;
        Configure(media, isEarly);
        return true;
    }

    /// <summary>A 2xx without answer confirms the one of a provisional response; false when there was none.</summary>
    protected bool ConfirmEarlyAnswer()
    {
        if (Exchange?.Media is not { } media) return false;
        Configure(media);
        return true;
    }
}
