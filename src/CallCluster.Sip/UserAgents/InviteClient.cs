using CallCluster.Sip.Dialogs;
using CallCluster.Sip.Location;
using CallCluster.Sip.Messages;
using CallCluster.Sip.Provisional;
using CallCluster.Sip.Timers;
using CallCluster.Sip.Transactions;
using CallCluster.Sip.Transports;

namespace CallCluster.Sip.UserAgents;

/// <summary>
/// The INVITE that starts a session as UAC, with all its forks, until no more responses can come (RFC 3261 §13.2): early dialogs, ACK to each 2xx,
/// BYE to those that lost, CANCEL.
/// </summary>
internal sealed class InviteClient : IClientTransactionUser, ISipTimerOwner
{
    private const int MaxForks = 32;
    private const int MaxChallenges = 3;
    private readonly SipEndpoint _endpoint;
    private readonly InviteSession _session;
    private InviteRequest _invite;
    private readonly SipTimer _cancelTimer;
    private readonly SipTimer _silenceTimer;
    private readonly Dictionary<string, Fork> _forks = [];
    private InviteClientTransaction? _transaction;
    private readonly List<AbandonedInvite> _abandoned = [];
    private ServerChoice? _servers;
    private Redirection? _redirection;
    private uint _cseq = 1;
    private int _challenges;
    private string? _cancelReason;
    private bool _isBoundToFlow;
    private bool _mayCancel;
    private bool _cancelled;
    private bool _cancelSent;

    internal InviteClient(SipEndpoint endpoint, InviteSession session, InviteRequest invite)
    {
        _endpoint = endpoint;
        _session = session;
        _invite = invite;
        _cancelTimer = new SipTimer(this);
        _silenceTimer = new SipTimer(this);
    }

    /// <summary>The application handles the first 2xx, whose ACK has not left.</summary>
    internal bool IsAcknowledging { get; private set; }

    /// <summary>Whether an answer to the INVITE is still awaited.</summary>
    internal bool IsPending { get; private set; } = true;

    internal void Start()
    {
        if (_invite.Route.Count > 0 && _endpoint.Flows.TryRead(_invite.Route[0], out var token))
        {
            // A phone that registered here (RFC 5626 §5.3); 430 when its flow is gone.
            _isBoundToFlow = true;
            if (token.Flow is { } own)
                Send(own);
            else
                Fail(430, null);
            return;
        }

        var hop = _invite.NextHop ?? (_invite.Route.Count > 0 ? _invite.Route[0] : _invite.Target);
        _endpoint.Transport.Locate(hop, null, servers =>
        {
            if (_session.State == InviteSessionState.Terminated)
                return;
            _servers = servers;
            if (_cancelled)
                Fail(487, null);
            else if (servers.Next() is { } flow)
                Send(flow);
            else
                Fail(503, null);
        });
    }

    internal void Cancel(string? reason)
    {
        if (_cancelled || !IsPending)
            return;
        _cancelled = true;
        _cancelReason = reason;
        if (_mayCancel)
            SendCancel();
    }

    internal Dialog? FindDialog(string remoteTag) => _forks.GetValueOrDefault(remoteTag)?.Dialog;

    public void OnResponse(ClientTransaction transaction, SipResponse response)
    {
        if (transaction != _transaction)
        {
            _abandoned.Find(abandoned => abandoned.Transaction == transaction)?.OnResponse(response);
            return;
        }

        _endpoint.Timers.Cancel(_silenceTimer);
        if (response.StatusCode == 503 && TryNextServer(FailureCause.Unavailable, RetryAfterHeader.Of(response)))
            return;
        _servers?.NoteAnswer();
        if (response.IsProvisional)
            OnProvisional(response);
        else if (response.IsSuccess)
            OnSuccess(response);
        else if (!TryAuthenticate(response) && !TryLongerSession(response))
            Fail(response.StatusCode, response);
    }

    public void OnFailure(ClientTransaction? transaction, int status)
    {
        // That of a server that was given up says nothing of the attempt that followed.
        if (transaction is InviteClientTransaction && !_abandoned.Exists(abandoned => abandoned.Transaction == transaction) && (_transaction is null || transaction == _transaction)
            && !TryNextServer(status == 408 ? FailureCause.Silence : FailureCause.Transport, null))
            Fail(status, null);
    }

    public void OnTerminated(ClientTransaction transaction)
    {
        if (transaction != _transaction)
            return;
        _endpoint.Timers.Cancel(_cancelTimer);
        foreach (var fork in _forks.Values)
        {
            if (fork.Dialog != _session.Dialog)
                _endpoint.Dialogs.Remove(fork.Dialog.Id, _session);
        }

        _forks.Clear();
        _session.OnInviteClientDone(this);
    }

    public void OnTimer(SipTimer timer)
    {
        if (timer == _cancelTimer)
            _transaction?.Abandon();
        else
            OnSilence();
    }

    private void OnSilence()
    {
        if (!IsPending || _cancelled || _transaction is not { } silent)
            return;
        _abandoned.Add(new AbandonedInvite(_endpoint, _session, silent));
        _transaction = null;
        if (!TryNextServer(FailureCause.Silence, null))
            Fail(408, null);
    }

    /// <summary>The target is not to be had: the next contact of a redirection is tried, unless 6xx says that nobody is (RFC 3261 §8.1.3.4, §21.6).</summary>
    private void Fail(int status, SipResponse? response)
    {
        if (response is { StatusCode: 300 or 301 or 302 } && _invite.Redirect is not null)
            (_redirection ??= new Redirection(_invite)).Add(response, _invite, _transaction!.Flow.Remote.Address);
        if (_cancelled || status >= 600 || !IsPending || _redirection?.Next() is not { } next)
        {
            Conclude(_cancelled ? SessionEndCause.Cancelled : SessionEndCause.RemoteReject, status, response);
            return;
        }

        _invite = next;
        _servers = null;
        _challenges = 0;
        _cseq++;
        LeaveAttempt();
        _transaction = null;
        Start();
    }

    /// <summary>RFC 3263 §4.3: the same INVITE to the next server of the target, unless somebody behind this one rang already.</summary>
    private bool TryNextServer(FailureCause cause, TimeSpan? retryAfter)
    {
        if (!IsPending || _cancelled || _forks.Count > 0 || _servers?.NextAfter(cause, retryAfter) is not { } flow)
            return false;
        _mayCancel = false;
        _challenges = 0;
        Send(flow);
        return true;
    }

    private void Send(in SipFlow flow)
    {
        _session.Flow = flow;
        if (Patience() is { } patience)
            _endpoint.Timers.Schedule(_silenceTimer, patience);
        else
            _endpoint.Timers.Cancel(_silenceTimer);
        Send(_session.CreateInvite(_invite, flow.Transport, _cseq), flow);
    }

    private TimeSpan? Patience()
    {
        if (_servers is not { HasNext: true })
            return _invite.GiveUpAfter;
        var next = _endpoint.Options.NextServerAfter;
        return _invite.GiveUpAfter < next ? _invite.GiveUpAfter : next;
    }

    // RFC 3261 §22.2: the same INVITE once more, a CSeq higher.
    private bool TryAuthenticate(SipResponse response)
    {
        if (_cancelled || _invite.Credentials is not { } credentials || response.StatusCode is not (401 or 407) || ++_challenges > MaxChallenges)
            return false;
        var again = TransactionRequests.Again(_transaction!.Request);
        if (!credentials.TryAnswer(again, response))
            return false;
        SendAgain(again);
        return true;
    }

    // RFC 4028 §7.3; what is asked for only ever rises, so this ends.
    private bool TryLongerSession(SipResponse response)
    {
        if (_cancelled || response.StatusCode != 422 || _session.Timer is not { } timer || !timer.TryRaise(response))
            return false;
        var again = TransactionRequests.Again(_transaction!.Request);
        timer.Ask(again);
        SendAgain(again);
        return true;
    }

    /// <summary>What came of the INVITE so far does not count for the one that follows it.</summary>
    private void LeaveAttempt()
    {
        foreach (var fork in _forks.Values)
            _endpoint.Dialogs.Remove(fork.Dialog.Id, _session);
        _forks.Clear();
        _mayCancel = false;
    }

    private void SendAgain(SipRequest again)
    {
        LeaveAttempt();
        again.CSeq = new CSeq(++_cseq, SipMethods.Invite);
        Send(again, _transaction!.Flow);
    }

    private void Send(SipRequest request, in SipFlow flow)
    {
        // A send that fails at once concludes before Send returns, when there is no transaction to compare with yet.
        _transaction = null;
        var transaction = (InviteClientTransaction)_endpoint.Transactions.Send(request, flow, this);
        if (!transaction.IsTerminated)
            _transaction = transaction;
    }

    private void OnProvisional(SipResponse response)
    {
        if (!IsPending)
            return;
        _mayCancel = true;
        if (_cancelled)
        {
            SendCancel();
            return;
        }

        if (response.StatusCode == 100)
            return;
        Fork? fork = null;
        if (response.To.Tag is { } tag && !_forks.TryGetValue(tag, out fork))
        {
            if (_forks.Count >= MaxForks)
                return;
            fork = AddFork(tag, response);
            _endpoint.Dialogs.Add(fork.Dialog.Id, _session);
        }

        if (fork is null || RAck.RSeqOf(response) is not { } rseq || TryAcknowledge(rseq, fork))
            _session.OnProgress(response, fork?.Dialog);
    }

    /// <summary>RFC 3262 §4: PRACK for the next in order; false for one that came before, whose PRACK is repeated by its transaction, and for one after a gap, which comes again.</summary>
    private bool TryAcknowledge(uint rseq, Fork fork)
    {
        if (fork.LastRSeq is { } last && rseq != last + 1)
            return false;
        fork.LastRSeq = rseq;
        var prack = fork.Dialog.CreateRequest(SipMethods.Prack);
        prack.Headers.Add(HeaderNames.RAck, new RAck(rseq, _transaction!.Request.CSeq.Number, SipMethods.Invite).ToString());
        _session.Send(prack, fork.Dialog, new RequestClient(null));
        return true;
    }

    private void OnSuccess(SipResponse response)
    {
        var tag = response.To.Tag ?? "";
        if (_forks.TryGetValue(tag, out var fork) && fork.IsAnswered)
        {
            // Without an ACK, the name in the Contact is still being looked up: the ACK leaves by itself when it is found.
            if (fork.Ack is not null)
            {
                SipMetrics.Retransmitted(SipMethods.Ack);
                MessageSender.Send(fork.AckFlow, fork.Ack);
            }

            return;
        }

        if (fork is null && _forks.Count >= MaxForks)
            return;
        fork ??= AddFork(tag, response);
        fork.IsAnswered = true;
        fork.Dialog.Confirm(response);
        if (!IsPending || _cancelled)
        {
            Decline(fork);
            if (IsPending)
                Conclude(SessionEndCause.Cancelled, 487, response);
            return;
        }

        IsPending = false;
        _endpoint.Timers.Cancel(_cancelTimer);
        foreach (var other in _forks.Values)
            _endpoint.Dialogs.Remove(other.Dialog.Id, _session);
        _endpoint.Dialogs.Add(fork.Dialog.Id, _session);
        IsAcknowledging = true;
        var answer = _session.OnAccepted(response, fork.Dialog);
        Acknowledge(fork, answer);
        IsAcknowledging = false;
        _session.OnAcknowledged();
    }

    private Fork AddFork(string tag, SipResponse response)
    {
        var dialog = Dialog.ForClient(_transaction!.Request, response);
        dialog.Flow = _transaction.Flow;
        // Where a phone registered from is where it is reached, whatever its Contact says.
        dialog.IsBehindNat = _isBoundToFlow || _invite.NextHop is not null;
        return _forks[tag] = new Fork(dialog);
    }

    /// <summary>A 2xx that is not wanted: another fork was first, or we had cancelled (RFC 3261 §13.2.2.4).</summary>
    private void Decline(Fork fork)
    {
        Acknowledge(fork, null);
        var bye = fork.Dialog.CreateRequest(SipMethods.Bye);
        _session.Send(bye, fork.Dialog, new RequestClient(null));
    }

    private void Acknowledge(Fork fork, SipBody? answer) =>
        _session.SendAck(fork.Dialog, _transaction!.Request, answer, (wire, flow) =>
        {
            fork.Ack = wire;
            fork.AckFlow = flow;
        });

    private void SendCancel()
    {
        if (_cancelSent || _transaction is null)
            return;
        _cancelSent = true;
        var cancel = TransactionRequests.Cancel(_transaction.Request, _cancelReason);
        _endpoint.Transactions.SendWithVia(cancel, _transaction.Key.Branch, _transaction.Flow, new RequestClient(null));
        _endpoint.Timers.Schedule(_cancelTimer, _endpoint.Transactions.TransactionTimeout);
    }

    private void Conclude(SessionEndCause cause, int status, SipResponse? response)
    {
        if (!IsPending)
            return;
        IsPending = false;
        _endpoint.Timers.Cancel(_cancelTimer);
        _endpoint.Timers.Cancel(_silenceTimer);
        foreach (var fork in _forks.Values)
            _endpoint.Dialogs.Remove(fork.Dialog.Id, _session);
        _session.OnInviteFailed(cause, status, response);
    }

    private sealed class Fork(Dialog dialog)
    {
        internal Dialog Dialog { get; } = dialog;

        /// <summary>Its 2xx came; what comes with the same tag later is that 2xx again.</summary>
        internal bool IsAnswered { get; set; }

        /// <summary>The last reliable provisional response that was acknowledged.</summary>
        internal uint? LastRSeq { get; set; }

        internal byte[]? Ack { get; set; }

        internal SipFlow AckFlow { get; set; }
    }
}
