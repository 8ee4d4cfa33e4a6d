using CallCluster.Sip.Messages;

namespace CallCluster.Sip.UserAgents;

/// <content>The UAS's side before the session is confirmed (RFC 3261 §13.3, §9.2).</content>
public sealed partial class InviteSession
{
    /// <summary>Sends a provisional response (101-199) in an early dialog; repeated each minute until the next (RFC 3261 §13.3.1.1).</summary>
    public bool Progress(int status, string? reason = null, SipBody? body = null, IReadOnlyList<(string Name, string Value)>? headers = null)
    {
        if (status is <= 100 or >= 200)
            throw new ArgumentOutOfRangeException(nameof(status), "Provisional responses are 101 to 199.");
        lock (_endpoint.Gate)
        {
            if (!IsUnanswered)
                return false;
            State = InviteSessionState.Early;
            _server!.Respond(status, reason, body, headers);
            return true;
        }
    }

    /// <summary>Sends 200 with the answer (or the offer, when the INVITE had none), again and again until the ACK comes (RFC 3261 §13.3.1.4).</summary>
    public bool Accept(SipBody? body, IReadOnlyList<(string Name, string Value)>? headers = null)
    {
        lock (_endpoint.Gate)
        {
            if (!IsUnanswered)
                return false;
            State = InviteSessionState.Accepted;
            Dialog!.IsConfirmed = true;
            _server!.Respond(200, null, body, headers);
            return true;
        }
    }

    /// <summary>Refuses with 300-699.</summary>
    public bool Reject(int status, string? reason = null, IReadOnlyList<(string Name, string Value)>? headers = null)
    {
        if (status is < 300 or > 699)
            throw new ArgumentOutOfRangeException(nameof(status), "Refusals are 300 to 699.");
        lock (_endpoint.Gate)
        {
            if (!IsUnanswered)
                return false;
            _server!.Respond(status, reason, null, headers);
            End(SessionEndCause.LocalReject, null);
            return true;
        }
    }

    private bool IsUnanswered => !IsCaller && State is InviteSessionState.Initial or InviteSessionState.Early && _server is { IsInitial: true, IsAnswered: false };

    internal bool ReceiveAck(SipRequest ack)
    {
        if (_server is not { } server || !server.TryAcknowledge(ack))
            return false;
        _server = null;
        if (_byeWhenPossible)
        {
            SendBye(_byeReason);
        }
        else if (server.IsInitial)
        {
            State = InviteSessionState.Confirmed;
            _handler.OnConfirmed(this, ack);
        }
        else
        {
            _handler.OnReinviteConfirmed(this, ack);
        }

        return true;
    }

    internal void OnInviteCancelled(InviteServer server, SipRequest cancel)
    {
        if (server != _server)
            return;
        _server = null;
        if (!server.IsInitial || State == InviteSessionState.Terminated)
            return;
        _handler.OnCancelled(this, cancel);
        End(SessionEndCause.Cancelled, cancel);
    }

    /// <summary>RFC 3262 §3: no PRACK came, the INVITE got 504.</summary>
    internal void OnProgressLost(InviteServer server)
    {
        if (server != _server)
            return;
        _server = null;
        End(SessionEndCause.NoAck, null);
    }

    /// <summary>RFC 3261 §13.3.1.4 and §14.2: who never acknowledges is gone.</summary>
    internal void OnNoAck(InviteServer server)
    {
        if (server != _server)
            return;
        _server = null;
        SendBye(_byeReason);
        End(SessionEndCause.NoAck, null);
    }
}
