using CallCluster.Media.Codecs;
using CallCluster.Media.Dtmf;
using CallCluster.Media.Recording;
using CallCluster.Media.Rtp;

namespace CallCluster.Media.Engine;

public sealed partial class MediaStream
{
    private SymmetricLatch _latch;
    private RtpReception _reception;
    private DtmfReceiver _digitsReceived;
    private WavRecording? _recording;
    private PcmCapture? _capture;
    private AudioTimeline _captureTimeline;
    private int _receivePayloadType;
    private bool _receives;
    private long _dropped;
    private long _foreign;
    private long _digitCount;
    private long _lastPeerAt = -1;
    private long _lastRtpAt;

    /// <summary>One datagram of the RTP port. The span is the thread's buffer and may be rewritten.</summary>
    internal void OnRtp(Span<byte> datagram, in PeerAddress from)
    {
        var now = _thread.Now;
        // Only the peer's own packets keep its port from the next call: else a stranger could use up all ports by sending to those that rest.
        if (_latch.IsPeer(from))
            _lastPeerAt = now / 1000;
        if (_closed || _parameters is not { } parameters)
        {
            Drop(_closed ? RtpDropReason.Resting : RtpDropReason.Unconfigured);
            return;
        }
        if (!RtpHeader.IsVersion2(datagram))
        {
            OnOther(datagram, from);
            return;
        }
        if (AwaitsKeys)
        {
            Drop(RtpDropReason.Unkeyed);
            return;
        }
        if (parameters.RtcpMux && RtpHeader.IsRtcp(datagram))
        {
            OnRtcp(datagram, from);
            return;
        }
        if (_srtp is { } srtp && !TryUnprotect(srtp, ref datagram, from))
            return;
        if (!RtpHeader.TryParse(datagram, out var header, out var reason))
        {
            Drop(reason);
            return;
        }

        var isEvent = header.PayloadType == parameters.ReceiveTelephoneEvent;
        var isNoise = header.PayloadType == parameters.ReceiveComfortNoise;
        var isKnown = isEvent || isNoise || header.PayloadType == _receivePayloadType;
        if (!_latch.IsPeer(from) && !TakesFrom(from) && !(isKnown && (_latch.TryLock(from, header.Ssrc, header.Sequence) || TryFollow(from, header))))
        {
            _foreign++;
            Drop(_latch.IsLocked ? RtpDropReason.Foreign : RtpDropReason.Probation);
            return;
        }
        _lastPeerAt = now / 1000;
        if (!isKnown)
        {
            Drop(RtpDropReason.PayloadType);
            return;
        }
        if (!_reception.Receive(header, (uint)(now * 8 / 1000), measureJitter: !isEvent && !isNoise))
        {
            Drop(RtpDropReason.Sequence);
            return;
        }
        _thread.Counters.Received++;
        _lastRtpAt = now;
        _isSilenceAnnounced = isNoise;
        if (_timedOut)
            ArmWatch();
        if (!_receives)
            Drop(RtpDropReason.Direction);
        else if (isEvent)
            OnEvent(datagram, header);
        else if (isNoise)
            OnComfortNoise(datagram, header);
        else
            OnAudio(datagram, header, parameters);
    }

    /// <summary>Who would take a call over this way has to know its SSRC and numbers, and to silence the peer first.</summary>
    private bool TryFollow(in PeerAddress from, in RtpHeader header) => MayHaveMoved(from) && _reception.IsContinuedBy(header) && _latch.TryFollow(from, header.Ssrc, header.Sequence);

    private bool MayHaveMoved(in PeerAddress from) => _latch.MayFollow(from) && _thread.Now - _lastRtpAt > SilentAfter;

    internal void Drop(RtpDropReason reason)
    {
        _dropped++;
        _thread.Counters.Dropped[(int)reason]++;
    }

    private void OnAudio(Span<byte> datagram, in RtpHeader header, MediaStreamParameters parameters)
    {
        // Some peers keep a NAT binding open with empty packets.
        if (header.PayloadLength == 0)
            return;
        if (header.Sequence == (ushort)_reception.ExtendedHighest)
            _silence = null;
        var payload = datagram.Slice(header.PayloadOffset, header.PayloadLength);
        var transcodeFor = _peer is { } peer && peer.MustTranscode(parameters.Codec) ? peer : null;
        if (transcodeFor is not null || IsDecoded || (parameters.InbandDtmf && TellsDigits))
            Decode(header, payload, parameters, transcodeFor);
        else
            _audio = null;
        if (transcodeFor is null)
            _peer?.Relay(datagram, header, parameters.Codec, isEvent: false);
    }

    private bool IsDecoded => _mixed is not null || _recording is not null || _capture is not null || (_peer is { } peer && (_conversation ?? peer._conversation) is not null);

    private void OnEvent(Span<byte> datagram, in RtpHeader header)
    {
        if (!TelephoneEvent.TryParse(datagram.Slice(header.PayloadOffset, header.PayloadLength), out var received))
        {
            Drop(RtpDropReason.Malformed);
            return;
        }
        _audio?.Add(header with { PayloadLength = 0 }, default, default);
        var inband = _peer is { _parameters.InbandDtmf: true };
        if (_digitsReceived.Receive(received, header.Ssrc, header.Timestamp, out var digit))
        {
            TakeDigit(digit);
            if (inband)
                _peer!.StartDigits($"{digit}");
            if (_mixed is { } member)
                PassKeyOn(digit, member);
        }
        if (!inband)
            _peer?.Relay(datagram, header, default, isEvent: true);
    }

    private void TakeDigit(char digit)
    {
        _digitCount++;
        _thread.Counters.DigitsReceived++;
        if (_playout is { Interruptible: true })
            EndPlaying(interrupted: true);
        if (TellsDigits)
            _handler.OnDigit(this, digit);
    }

    private bool TellsDigits => (_peer is null && _mixed is null) || _engine.Options.ReportDigitsWhileBridged;

    private void StartRecording(RecordingOptions options)
    {
        EndRecording(RecordingEnd.Stopped);
        var recording = new WavRecording(_engine, this, _handler, options, (_parameters?.Codec ?? default).Law());
        if (_closed)
            recording.Complete(RecordingEnd.StreamClosed);
        else
            _recording = recording;
        RenderSilence();
        ArmWatch();
    }

    private void EndRecording(RecordingEnd end)
    {
        _recording?.Complete(end);
        _recording = null;
    }

    private void SetCapture(PcmCapture? capture)
    {
        _capture = _closed ? null : capture;
        _captureTimeline = default;
        RenderSilence();
    }
}
