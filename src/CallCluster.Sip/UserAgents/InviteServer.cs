using CallCluster.Sip.Messages;
using CallCluster.Sip.Timers;
using CallCluster.Sip.Transactions;
using CallCluster.Sip.Transports;

namespace CallCluster.Sip.UserAgents;

/// <summary>
/// One INVITE or re-INVITE that we answer, until its ACK: provisional responses repeated (RFC 3261 §13.3.1.1), 2xx retransmitted (§13.3.1.4).
/// </summary>
internal sealed class InviteServer : IServerTransactionUser, ISipTimerOwner
{
    private readonly SipEndpoint _endpoint;
    private readonly InviteSession _session;
    private readonly InviteServerTransaction _transaction;
    private readonly SipTimer _timer;
    private SipResponse? _progress;
    private byte[]? _success;
    private TimeSpan _interval;
    private TimeSpan _remaining;

    internal InviteServer(SipEndpoint endpoint, InviteSession session, InviteServerTransaction transaction, SipRequest request, bool isInitial)
    {
        _endpoint = endpoint;
        _session = session;
        _transaction = transaction;
        _timer = new SipTimer(this);
        Request = request;
        CSeq = request.CSeq.Number;
        IsInitial = isInitial;
        transaction.User = this;
    }

    /// <summary>Null once a final response left.</summary>
    internal SipRequest? Request { get; private set; }

    internal uint CSeq { get; }

    internal bool IsInitial { get; }

    internal bool IsAnswered => Request is null;

    internal void Respond(int status, string? reason, SipBody? body, IReadOnlyList<(string Name, string Value)>? headers)
    {
        var request = Request!;
        var response = SipResponse.For(request, status, reason, _session.LocalTag);
        if (status is > 100 and < 300)
        {
            response.Headers.CopyFrom(request.Headers, HeaderNames.RecordRoute);
            response.Headers.Add(HeaderNames.Contact, _session.ContactFor(_transaction.Flow.Transport));
        }

        if (status is >= 200 and < 300 && _session.Timer is { } timer)
        {
            foreach (var (name, value) in timer.Accept(request))
                response.Headers.Add(name, value);
        }

        _endpoint.Core.Complete(response, request, body, headers);
        _endpoint.Timers.Cancel(_timer);
        if (status >= 200)
        {
            Request = null;
            _progress = null;
        }

        var wire = _transaction.Respond(response);
        if (status < 200)
        {
            _progress = response;
            _endpoint.Timers.Schedule(_timer, _endpoint.Options.ProgressEvery);
        }
        else if (status < 300)
        {
            // Over every transport, since a proxy may lose it further on (§13.3.1.4).
            _success = wire;
            _interval = _endpoint.Options.T1;
            _remaining = _endpoint.Options.T1 * 64;
            ScheduleSuccess();
        }
    }

    internal bool TryAcknowledge(SipRequest ack)
    {
        if (_success is null || ack.CSeq.Number != CSeq)
            return false;
        Stop();
        return true;
    }

    internal void Stop()
    {
        _success = null;
        _progress = null;
        _endpoint.Timers.Cancel(_timer);
    }

    public void OnCancel(InviteServerTransaction transaction, SipRequest cancel)
    {
        if (IsAnswered)
            return;
        Respond(487, null, null, null);
        _session.OnInviteCancelled(this, cancel);
    }

    public void OnTimer(SipTimer timer)
    {
        if (_progress is not null)
        {
            _transaction.Respond(_progress);
            _endpoint.Timers.Schedule(_timer, _endpoint.Options.ProgressEvery);
            return;
        }

        if (_success is null)
            return;
        if (_remaining <= TimeSpan.Zero)
        {
            Stop();
            _session.OnNoAck(this);
            return;
        }

        SipMetrics.Retransmitted("response");
        MessageSender.Send(_transaction.Flow, _success);
        _interval = TimeSpan.FromTicks(Math.Min(_interval.Ticks * 2, _endpoint.Options.T2.Ticks));
        ScheduleSuccess();
    }

    private void ScheduleSuccess()
    {
        var next = _interval < _remaining ? _interval : _remaining;
        _remaining -= next;
        _endpoint.Timers.Schedule(_timer, next);
    }
}
