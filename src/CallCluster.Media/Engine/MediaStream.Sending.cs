using System.Runtime.InteropServices;
using System.Security.Cryptography;
using CallCluster.Media.Codecs;
using CallCluster.Media.Dtmf;
using CallCluster.Media.Rtp;

namespace CallCluster.Media.Engine;

public sealed partial class MediaStream
{
    // Later than this many frames, a stalled thread does not catch up with a burst but goes on from now.
    private const int MaxFramesBehind = 5;
    private const int MaxFrame = 480;
    private const int SamplesPerMillisecond = 8;
    private readonly TimerEntry _playTimer;
    private RtpSendTimeline _timeline = NewTimeline();
    private Playout? _playout;
    private Playout? _lastLoop;
    private DtmfSender? _digits;
    private uint _eventTimestamp;
    private int _payloadType;
    private int _ptime = 20;
    private bool _sends;
    private long _digitsSent;

    /// <summary>RFC 3550 §5.1: all three are random; the sequence number begins in the lower half, so that it does not soon wrap (RFC 3711 §3.3.1).</summary>
    private static RtpSendTimeline NewTimeline()
    {
        Span<uint> random = stackalloc uint[3];
        RandomNumberGenerator.Fill(MemoryMarshal.AsBytes(random));
        return new RtpSendTimeline(random[0] | 1, (ushort)(random[1] & 0x7FFF), random[2]);
    }

    private void StartPlaying(Playout playout)
    {
        EndPlaying(interrupted: true);
        if (_closed)
            return;
        if (_lastLoop is { } before)
            playout.GoOnFrom(before);
        _playout = playout;
        if (playout.Order < _bridged)
            EndPlaying(interrupted: true);
        else
            StartPacing();
    }

    private void EndPlaying(bool interrupted, long before = long.MaxValue)
    {
        if (_playout is not { } playout || playout.Order > before)
            return;
        _playout = null;
        if (playout.Loops)
            _lastLoop = playout;
        _timeline.Break();
        if (!_closed)
            _handler.OnPlaybackFinished(this, playout.PlayId, interrupted);
    }

    private void StartDigits(string digits)
    {
        if (_closed)
            return;
        _thread.Counters.DigitsDropped += _parameters is { InbandDtmf: true }
            ? (_tones ??= new InbandDtmfSender()).Enqueue(digits)
            : (_digits ??= new DtmfSender()).Enqueue(digits);
        StartPacing();
    }

    private void StartPacing()
    {
        if (_playTimer.IsArmed)
            return;
        _playTimer.Due = _thread.Now / 1000;
        OnPlayTimer(_thread.Now);
    }

    private void OnPlayTimer(long now)
    {
        var due = _playTimer.Due;
        if (due < now / 1000 - MaxFramesBehind * _ptime)
        {
            due = now / 1000;
            _timeline.Break();
        }
        if (_parameters is { } parameters)
        {
            if (_digits is not null)
                SendDigit(_digits, parameters, now);
            else if (_tones is not null)
                SendTones(_tones, parameters.Codec, now);
            else if (_playout is not null)
                SendFrame(_playout, parameters.Codec, now);
        }
        if (!IsGenerating)
            return;
        _thread.Wheel.Arm(_playTimer, due + _ptime);
    }

    private void SendFrame(Playout playout, MediaCodec codec, long now)
    {
        Span<byte> packet = stackalloc byte[RtpHeader.Length + MaxFrame];
        packet = packet[..(RtpHeader.Length + _ptime * SamplesPerMillisecond)];
        if (playout.Fill(packet[RtpHeader.Length..], codec))
            SendGenerated(packet, now);
        else
            EndPlaying(interrupted: false);
    }

    /// <summary>Puts the header before a payload of our own making and sends it.</summary>
    private void SendGenerated(Span<byte> packet, long now)
    {
        if (!_sends)
        {
            _timeline.Break();
            return;
        }
        _timeline.Generate((uint)(packet.Length - RtpHeader.Length), now, out var sequence, out var timestamp, out var marker);
        RtpHeader.Write(packet, _payloadType, marker, sequence, timestamp, _timeline.Ssrc);
        SendRtp(packet);
    }

    private void SendDigit(DtmfSender digits, MediaStreamParameters parameters, long now)
    {
        if (parameters.SendTelephoneEvent is not { } payloadType || !_sends)
        {
            digits.Clear();
        }
        else if (digits.Next(_ptime, parameters.TelephoneEventClock, out var next, out var starts))
        {
            if (starts)
            {
                _eventTimestamp = _timeline.BeginEvent(now);
                _digitsSent++;
                _thread.Counters.DigitsSent++;
            }
            Span<byte> packet = stackalloc byte[RtpHeader.Length + TelephoneEvent.Length];
            RtpHeader.Write(packet, payloadType, starts, _timeline.ContinueEvent(), _eventTimestamp, _timeline.Ssrc);
            next.Write(packet[RtpHeader.Length..]);
            SendRtp(packet);
        }
        if (digits.IsActive)
            return;
        _digits = null;
        _handler.OnDigitsSent(this);
    }

    private bool SendRtp(ReadOnlySpan<byte> packet)
    {
        var target = _latch.Target;
        if (!RtpSocket.CanReach(target))
            return false;
        var payloadLength = packet.Length - RtpHeader.Length;
        if (!TryProtect(ref packet, rtcp: false))
            return false;
        if (!_thread.Poller.Send(RtpSocket, packet, target))
        {
            Drop(RtpDropReason.SendFailed);
            return false;
        }
        _reports.PacketsSent++;
        _reports.OctetsSent += payloadLength;
        _thread.Counters.Sent++;
        return true;
    }
}
