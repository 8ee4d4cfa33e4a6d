using CallCluster.Sip.Dialogs;
using CallCluster.Sip.Location;
using CallCluster.Sip.Messages;
using CallCluster.Sip.Timers;
using CallCluster.Sip.Transactions;
using CallCluster.Sip.Transports;

namespace CallCluster.Sip.UserAgents;

/// <summary>
/// The INVITE that starts a session as UAC, with all its forks, until no more responses can come (RFC 3261 §13.2): early dialogs, ACK to each 2xx,
/// BYE to those that lost, CANCEL. Parts: Attempts (which server and with which credentials it is sent to), Forks (what comes back).
/// </summary>
internal sealed partial class InviteClient : IClientTransactionUser, ISipTimerOwner
{
    private const int MaxForks = 32;
    private const int MaxChallenges = 3;
    private readonly SipEndpoint _endpoint;
    private readonly InviteSession _session;
    private readonly SipTimer _cancelTimer;
    private readonly SipTimer _silenceTimer;
    private readonly Dictionary<string, Fork> _forks = [];
    private InviteClientTransaction? _transaction;

    // Null once it is settled what came of it: it leads to the application's objects, and the transaction remembers this client for another 32 s (timer M).
    private InviteRequest? _invite;
    private readonly List<AbandonedInvite> _abandoned = [];
    private ServerChoice? _servers;
    private Redirection? _redirection;
    private uint _cseq = 1;
    private int _challenges;
    private string? _cancelReason;
    private bool _isBehindNat;
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
        var invite = _invite!;
        if (invite.Route.Count > 0 && _endpoint.Flows.TryRead(invite.Route[0], out var token))
        {
            // A phone that registered here (RFC 5626 §5.3); 430 when its flow is gone.
            _isBehindNat = true;
            if (token.Flow is { } own)
                Send(own);
            else
                Fail(430, null);
            return;
        }

        // Where a phone registered from is where it is reached, whatever its Contact says.
        _isBehindNat = invite.NextHop is not null;
        var hop = invite.NextHop ?? (invite.Route.Count > 0 ? invite.Route[0] : invite.Target);
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
        Settle();
        _session.OnInviteFailed(cause, status, response);
    }

    private void Settle()
    {
        IsPending = false;
        _invite = null;
        _redirection = null;
        _servers = null;
        _endpoint.Timers.Cancel(_cancelTimer);
        _endpoint.Timers.Cancel(_silenceTimer);
        foreach (var fork in _forks.Values)
            _endpoint.Dialogs.Remove(fork.Dialog.Id, _session);
    }
}
