using CallCluster.Sip.Dialogs;
using CallCluster.Sip.Messages;
using CallCluster.Sip.Provisional;
using CallCluster.Sip.Transactions;
using CallCluster.Sip.Transports;

namespace CallCluster.Sip.UserAgents;

/// <summary>What comes back: early dialogs, and the 2xx that wins.</summary>
internal sealed partial class InviteClient
{
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

        Settle();
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
        dialog.IsBehindNat = _isBehindNat;
        return _forks[tag] = new Fork(dialog);
    }

    /// <summary>A 2xx that is not wanted: another fork was first, or we had cancelled (RFC 3261 §13.2.2.4).</summary>
    private void Decline(Fork fork)
    {
        Acknowledge(fork, null);
        var bye = fork.Dialog.CreateRequest(SipMethods.Bye);
        if (_cancelReason is { } reason) bye.Headers.Add(HeaderNames.Reason, reason);
        _session.Send(bye, fork.Dialog, new RequestClient(null));
    }

    private void Acknowledge(Fork fork, SipBody? answer) =>
        _session.SendAck(fork.Dialog, _transaction!.Request, answer, (wire, flow) =>
        {
            fork.Ack = wire;
            fork.AckFlow = flow;
        });

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
