using CallCluster.Sip.Location;
using CallCluster.Sip.Messages;
using CallCluster.Sip.Transactions;
using CallCluster.Sip.Transports;

namespace CallCluster.Sip.UserAgents;

/// <summary>The INVITE is sent again: to the next server (RFC 3263 §4.3), to where a 3xx leads, with credentials, or with a longer session.</summary>
internal sealed partial class InviteClient
{
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
        if (response is { StatusCode: 300 or 301 or 302 } && _invite is { Redirect: not null } sent)
            (_redirection ??= new Redirection(sent)).Add(response, sent, _transaction!.Flow.Remote.Address);
        if (_cancelled || status >= 600 || !IsPending || _redirection?.Next(_invite!, status) is not { } next)
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
        Send(_session.CreateInvite(_invite!, flow.Transport, _cseq), flow);
    }

    private TimeSpan? Patience()
    {
        var last = _invite!.GiveUpAfter;
        var next = _endpoint.Options.NextServerAfter;
        return _servers is not { HasNext: true } || last < next ? last : next;
    }

    // RFC 3261 §22.2: the same INVITE once more, a CSeq higher.
    private bool TryAuthenticate(SipResponse response)
    {
        if (_cancelled || _invite?.Credentials is not { } credentials || response.StatusCode is not (401 or 407) || ++_challenges > MaxChallenges)
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
}
