using CallCluster.Media.Recording;
using CallCluster.Media.Rtcp;
using CallCluster.Media.Rtp;

namespace CallCluster.Media.Engine;

public sealed partial class MediaStream
{
    private readonly TimerEntry _reportTimer;
    private readonly TimerEntry _watchTimer;
    private RtcpSession _reports;
    private PeerAddress _rtcpLearned;
    // RFC 3550 section 6.2.1: who sent no RTCP for five intervals is gone.
    private const long RtcpPatience = 25_000_000;
    private bool _timedOut;
    private long _lastRtcpAt = -1;
    private PortRest _rest;

    /// <summary>One datagram of the RTCP port, or one of the RTP port that is RTCP.</summary>
    internal void OnRtcp(Span<byte> datagram, in PeerAddress from)
    {
        if (_closed || _parameters is null)
        {
            Drop(_closed ? RtpDropReason.Resting : RtpDropReason.Unconfigured);
            return;
        }
        if (AwaitsKeys)
        {
            Drop(RtpDropReason.Unkeyed);
            return;
        }
        // The peer's RTCP comes from where its RTP does, or from where SDP says.
        if (!from.SameHost(_latch.Target) && !(_srtp is not null && HasProved(from)) && from != SignalledRtcp(_parameters))
        {
            _foreign++;
            Drop(RtpDropReason.Foreign);
            return;
        }
        if (_srtp is { } srtp && !srtp.Receiver.TryUnprotectRtcp(ref datagram, out var reason))
        {
            Drop(reason);
            return;
        }
        if (!RtcpPacket.TryRead(datagram, _timeline.Ssrc, out var content))
        {
            Drop(RtpDropReason.Rtcp);
            return;
        }
        _rtcpLearned = from;
        _lastRtcpAt = _thread.Now;
        _reports.Received(content, _thread.Now, SenderInfo.ToNtp(_engine.Time.GetUtcNow()));
    }

    private static PeerAddress SignalledRtcp(MediaStreamParameters parameters) =>
        parameters.RemoteRtcp is { } rtcp ? PeerAddress.From(rtcp) : PeerAddress.From(parameters.Remote) is var rtp ? rtp with { Port = (ushort)(rtp.Port + 1) } : default;

    private void ScheduleReport(bool first) =>
        _thread.Wheel.Arm(_reportTimer, _thread.Now / 1000 + RtcpSession.IntervalMilliseconds(Random.Shared.NextDouble(), first));

    private void OnReportTimer(long now)
    {
        SendReport(now, bye: false);
        ScheduleReport(first: false);
    }

    private void SendReport(long now, bool bye)
    {
        if (_parameters is not { } parameters || (_reports.PacketsSent == 0 && !_reception.Started))
            return;
        Span<byte> report = stackalloc byte[256];
        Span<byte> cname = stackalloc byte[24];
        // RFC 7022: a CNAME that tells nothing about the host; the SSRC is random and lasts as long as the session.
        _timeline.Ssrc.TryFormat(cname, out var length, "x8");
        "@callcluster"u8.CopyTo(cname[length..]);
        length = _reports.Write(report, _timeline.Ssrc, ref _reception, _timeline.TimestampAt(now), now, SenderInfo.ToNtp(_engine.Time.GetUtcNow()), cname[..(length + 12)], bye);

        var target = parameters.RtcpMux ? _latch.Target
            : !_rtcpLearned.IsNone ? _rtcpLearned
            : _latch.Target == PeerAddress.From(parameters.Remote) ? SignalledRtcp(parameters)
            : _latch.Target with { Port = (ushort)(_latch.Target.Port + 1) };
        ReadOnlySpan<byte> packet = report[..length];
        if (RtcpSocket.CanReach(target) && TryProtect(ref packet, rtcp: true) && !_thread.Poller.Send(parameters.RtcpMux ? RtpSocket : RtcpSocket, packet, target))
            Drop(RtpDropReason.SendFailed);
    }

    // One timer watches for whichever comes first: silence of the peer, the recording's greatest length, the end of the port's rest.
    private void ArmWatch()
    {
        var due = long.MaxValue;
        _timedOut = false;
        if (_parameters?.MediaTimeout is { } timeout)
        {
            _lastRtpAt = Math.Max(_lastRtpAt, _thread.Now - 1);
            due = (_lastRtpAt + (long)timeout.TotalMicroseconds) / 1000 + 1;
        }
        if (_recording is { EndsAt: { } end })
            due = Math.Min(due, end / 1000 + 1);
        if (due != long.MaxValue)
            _thread.Wheel.Arm(_watchTimer, due);
    }

    private void OnWatchTimer(long now)
    {
        if (_closed)
        {
            CheckRest(now / 1000);
            return;
        }
        if (_recording is { EndsAt: { } end } recording && now >= end)
            EndRecording(recording.EndsBy);
        var due = _recording?.EndsAt ?? long.MaxValue;
        if (_parameters?.MediaTimeout is { } timeout && !_timedOut)
        {
            var silentUntil = SilentUntil((long)timeout.TotalMicroseconds);
            _timedOut = now >= silentUntil;
            if (_timedOut)
                _handler.OnMediaTimeout(this);
            else
                due = Math.Min(due, silentUntil);
        }
        if (due != long.MaxValue)
            _thread.Wheel.Arm(_watchTimer, due / 1000 + 1);
    }

    /// <summary>Until when nothing need come from the peer, in microseconds. Who has announced silence sends no RTP, but goes on with RTCP, unless it has none.</summary>
    private long SilentUntil(long timeout) =>
        !_isSilenceAnnounced ? _lastRtpAt + timeout
        : _lastRtcpAt < 0 ? _lastRtpAt + 5 * timeout
        : Math.Max(_lastRtpAt, _lastRtcpAt) + Math.Max(timeout, RtcpPatience);

    private void Close()
    {
        Detach();
        EndRecording(RecordingEnd.StreamClosed);
        EndConversation(RecordingEnd.StreamClosed);
        SendReport(_thread.Now, bye: true);
        SetDtls(null);
        SetSrtp(null);
        _closed = true;
        _playout = null;
        _digits = null;
        _tones = null;
        _capture = null;
        _thread.Wheel.Disarm(_playTimer);
        _thread.Wheel.Disarm(_reportTimer);
        _thread.Wheel.Disarm(_noiseTimer);
        var options = _engine.Options;
        var now = _thread.Now / 1000;
        _rest = new PortRest(now, (long)options.PortReuseDelay.TotalMilliseconds, (long)options.PortRest.TotalMilliseconds, (long)options.PortRestLimit.TotalMilliseconds);
        _thread.Counters.Resting++;
        Interlocked.Decrement(ref _thread.Load);
        _engine.StreamClosed();
        CheckRest(now);
    }

    private void CheckRest(long now)
    {
        if (!_rest.IsFree(_lastPeerAt < 0 ? null : _lastPeerAt, now, out var lookAgainAt))
        {
            _thread.Wheel.Arm(_watchTimer, lookAgainAt);
            return;
        }
        _thread.Wheel.Disarm(_watchTimer);
        _thread.Counters.Resting--;
        _thread.Abandon(this);
        _engine.Release(this);
    }

    /// <summary>The engine ends: no rest, no farewell.</summary>
    internal void Abort()
    {
        EndRecording(RecordingEnd.StreamClosed);
        EndConversation(RecordingEnd.StreamClosed);
        SetDtls(null);
        SetSrtp(null);
        _engine.Release(this);
    }

    private RtpStreamStatistics ReadStatistics() => new()
    {
        PacketsReceived = _reception.Received,
        PacketsSent = _reports.PacketsSent,
        PacketsLost = _reception.Lost,
        PacketsOutOfOrder = _reception.OutOfOrder,
        PacketsForeign = _foreign,
        PacketsDropped = _dropped,
        JitterMilliseconds = _reception.Jitter / 8.0,
        DigitsReceived = _digitCount,
        DigitsSent = _digitsSent,
        RemotePacketsLost = _reports.Remote?.CumulativeLost,
        RemoteJitterMilliseconds = _reports.Remote?.Jitter / 8.0,
        RoundTripMilliseconds = _reports.RoundTripMilliseconds,
    };
}
