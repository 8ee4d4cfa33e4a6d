using CallCluster.Sip.Messages;
using CallCluster.Sip.Provisional;
using CallCluster.Sip.Timers;
using CallCluster.Sip.Transactions;
using CallCluster.Sip.Transports;

namespace CallCluster.Sip.UserAgents;

/// <summary>
/// One INVITE or re-INVITE that we answer, until its ACK: provisional responses repeated (RFC 3261 §13.3.1.1), reliable ones until their PRACK (RFC 3262), 2xx retransmitted
/// (§13.3.1.4).
/// </summary>
internal sealed class InviteServer : IServerTransactionUser, ISipTimerOwner
{
    private readonly SipEndpoint _endpoint;
    private readonly InviteSession _session;
    private readonly InviteServerTransaction _transaction;
    private readonly SipTimer _timer;
    private SipResponse? _progress;
    private ReliableProgress? _reliable;
    private Action? _afterPrack;
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
        // RFC 3262 §3: a description in a provisional response reaches the caller before the 2xx does.
        if (status is >= 200 and < 300 && _reliable is { IsPending: true })
        {
            _afterPrack = () => Respond(status, reason, body, headers);
            return;
        }

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
        if (status < 200)
        {
            if (_reliable is not null || (IsInitial && ReliableProgress.IsWanted(request, body)))
                _reliable ??= new ReliableProgress(_endpoint, _transaction, CSeq, OnProgressLost);
            _progress = response;
            SendProgress();
            return;
        }

        Request = null;
        _progress = null;
        _reliable?.Stop();
        var wire = _transaction.Respond(response);
        if (status < 300)
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

    /// <summary>A PRACK (RFC 3262 §3); false when it is for none of our responses.</summary>
    internal bool TryAcknowledgeProgress(SipRequest prack) => _reliable is { } reliable && reliable.TryAcknowledge(prack);

    /// <summary>Sends the 2xx that waited for a PRACK, once that has been answered.</summary>
    internal void GoOnAfterPrack()
    {
        if (_afterPrack is not { } respond || _reliable is { IsPending: true } || IsAnswered)
            return;
        _afterPrack = null;
        respond();
    }

    internal void Stop()
    {
        _success = null;
        _progress = null;
        _reliable?.Stop();
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
            SendProgress();
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

    private void SendProgress()
    {
        if (_reliable is { } reliable)
            reliable.Send(_progress!);
        else
            _transaction.Respond(_progress!);
        _endpoint.Timers.Schedule(_timer, _endpoint.Options.ProgressEvery);
    }

    private void OnProgressLost()
    {
        _afterPrack = null;
        if (!IsAnswered)
            Respond(504, null, null, null);
        _session.OnProgressLost(this);
    }

    private void ScheduleSuccess()
    {
        var next = _interval < _remaining ? _interval : _remaining;
        _remaining -= next;
        _endpoint.Timers.Schedule(_timer, next);
    }
}
