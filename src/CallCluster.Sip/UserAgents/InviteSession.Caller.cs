using CallCluster.Sip.Dialogs;
using CallCluster.Sip.Messages;
using CallCluster.Sip.Transports;

namespace CallCluster.Sip.UserAgents;

/// <content>The UAC's side before the session is confirmed (RFC 3261 §13.2, §9.1).</content>
public sealed partial class InviteSession
{
    /// <summary>Cancels the INVITE (RFC 3261 §9.1), as soon as that is allowed; a 200 that crosses it gets ACK and BYE. The end comes with the peer's final response.</summary>
    /// <param name="reason">Value of Reason (RFC 3326), e.g. <c>SIP;cause=200;text="Call completed elsewhere"</c>.</param>
    public bool Cancel(string? reason = null)
    {
        lock (_endpoint.Gate)
        {
            if (_client is null || State is not (InviteSessionState.Initial or InviteSessionState.Early))
                return false;
            _client.Cancel(reason);
            return true;
        }
    }

    internal SipRequest CreateInvite(InviteRequest invite, SipTransport transport, uint cseq)
    {
        var request = new SipRequest(SipMethods.Invite, invite.Target);
        var headers = request.Headers;
        foreach (var route in invite.Route.Where(route => !_endpoint.Flows.IsOurs(route)))
            headers.Add(HeaderNames.Route, $"<{route}>");
        headers.Add(HeaderNames.MaxForwards, "70");
        headers.Add(HeaderNames.From, invite.From.WithTag(LocalTag).ToString());
        headers.Add(HeaderNames.To, (invite.To ?? new NameAddress(invite.Target)).ToString());
        headers.Add(HeaderNames.CallId, CallId);
        headers.Add(HeaderNames.CSeq, new CSeq(cseq, SipMethods.Invite).ToString());
        headers.Add(HeaderNames.Contact, ContactFor(transport));
        headers.Add(HeaderNames.Allow, _endpoint.Core.AllowValue);
        var supported = invite.Body is null ? _endpoint.Core.SupportedWithoutOffer : _endpoint.Core.SupportedValue;
        if (supported.Length > 0)
            headers.Add(HeaderNames.Supported, supported);
        AddCommon(request, invite.Body, invite.Headers);
        Timer?.Ask(request);
        return request;
    }

    internal void OnProgress(SipResponse response, Dialog? dialog)
    {
        if (State is not (InviteSessionState.Initial or InviteSessionState.Early))
            return;
        if (dialog is not null)
        {
            Dialog = dialog;
            State = InviteSessionState.Early;
        }

        _handler.OnProgress(this, response);
    }

    internal SipBody? OnAccepted(SipResponse response, Dialog dialog)
    {
        Dialog = dialog;
        State = InviteSessionState.Confirmed;
        NotePeer(response);
        Timer?.OnAccepted(response);
        return _handler.OnAccepted(this, response);
    }

    /// <summary>The ACK of the first 2xx left: what had to wait for it may go.</summary>
    internal void OnAcknowledged()
    {
        if (_byeWhenPossible)
            SendBye(_byeReason);
    }

    internal void OnInviteFailed(SessionEndCause cause, int status, SipResponse? response)
    {
        if (cause == SessionEndCause.RemoteReject)
            _handler.OnRejected(this, status, response);
        End(cause, response);
    }

    internal void OnInviteClientDone(InviteClient client)
    {
        if (_client == client)
            _client = null;
    }
}
