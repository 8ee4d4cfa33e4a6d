using System.Globalization;
using CallCluster.Sip.Messages;
using CallCluster.Sip.Timers;
using CallCluster.Sip.Transactions;
using CallCluster.Sip.Transports;
using CallCluster.Sip.UserAgents;

namespace CallCluster.Sip.Provisional;

/// <summary>
/// The UAS's provisional responses that the caller acknowledges by PRACK (RFC 3262 §3): numbered, sent again until acknowledged, one at a time; of those that come
/// meanwhile the last is kept. Under the endpoint's lock.
/// </summary>
internal sealed class ReliableProgress : ISipTimerOwner
{
    private readonly SipEndpoint _endpoint;
    private readonly InviteServerTransaction _transaction;
    private readonly uint _cseq;
    private readonly Action _lost;
    private readonly SipTimer _timer;
    private uint _rseq = (uint)Random.Shared.Next(1, int.MaxValue / 2);
    private byte[]? _wire;
    private SipResponse? _next;
    private TimeSpan _interval;
    private TimeSpan _remaining;

    /// <param name="endpoint">Whose timers it uses.</param>
    /// <param name="transaction">That of the INVITE.</param>
    /// <param name="cseq">CSeq of the INVITE.</param>
    /// <param name="lost">No PRACK came within 64*T1.</param>
    internal ReliableProgress(SipEndpoint endpoint, InviteServerTransaction transaction, uint cseq, Action lost)
    {
        _endpoint = endpoint;
        _transaction = transaction;
        _cseq = cseq;
        _lost = lost;
        _timer = new SipTimer(this);
    }

    internal bool IsPending => _wire is not null;

    /// <summary>Whether a provisional response to this INVITE goes reliably: where the caller insists, and where it carries a description and the caller is able to.</summary>
    internal static bool IsWanted(SipRequest invite, SipBody? body) =>
        invite.Require.Contains(RAck.OptionTag, StringComparer.OrdinalIgnoreCase) || (body is not null && invite.Supported.Contains(RAck.OptionTag, StringComparer.OrdinalIgnoreCase));

    internal void Send(SipResponse response)
    {
        if (IsPending)
        {
            _next = response;
            return;
        }

        response.Headers.Set(HeaderNames.Require, RAck.OptionTag);
        response.Headers.Set(HeaderNames.RSeq, (++_rseq).ToString(CultureInfo.InvariantCulture));
        _wire = _transaction.Respond(response);
        _interval = _endpoint.Options.T1;
        _remaining = _endpoint.Options.T1 * 64;
        Schedule();
    }

    /// <summary>False when the PRACK is for none of ours: 481 (§3).</summary>
    internal bool TryAcknowledge(SipRequest prack)
    {
        if (!IsPending || RAck.Of(prack) is not { } rack || rack != new RAck(_rseq, _cseq, SipMethods.Invite))
            return false;
        _wire = null;
        _endpoint.Timers.Cancel(_timer);
        if (_next is { } next)
        {
            _next = null;
            Send(next);
        }

        return true;
    }

    internal void Stop()
    {
        _wire = null;
        _next = null;
        _endpoint.Timers.Cancel(_timer);
    }

    public void OnTimer(SipTimer timer)
    {
        if (_wire is not { } wire)
            return;
        if (_remaining <= TimeSpan.Zero)
        {
            Stop();
            _lost();
            return;
        }

        SipMetrics.Retransmitted("response");
        MessageSender.Send(_transaction.Flow, wire);
        _interval *= 2;
        Schedule();
    }

    private void Schedule()
    {
        var next = _interval < _remaining ? _interval : _remaining;
        _remaining -= next;
        _endpoint.Timers.Schedule(_timer, next);
    }
}
