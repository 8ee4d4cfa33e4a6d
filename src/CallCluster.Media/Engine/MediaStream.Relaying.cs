using CallCluster.Media.Codecs;
using CallCluster.Media.Dtmf;
using CallCluster.Media.Jitter;
using CallCluster.Media.Rtp;

namespace CallCluster.Media.Engine;

// What the bridged stream received, sent as part of this stream's own timeline.
public sealed partial class MediaStream
{
    private AudioEncoder? _encoder;
    private Repacketiser? _repacketiser;

    /// <summary>Passes a packet on; rewrites the datagram in place.</summary>
    private void Relay(Span<byte> datagram, in RtpHeader header, MediaCodec codec, bool isEvent)
    {
        if (!MayRelay(isEvent, out var parameters))
            return;
        // The new header is put right before the payload: CSRCs and extensions of the other side end here.
        var packet = datagram.Slice(header.PayloadOffset - RtpHeader.Length, RtpHeader.Length + header.PayloadLength);
        var payload = packet[RtpHeader.Length..];
        if (isEvent)
        {
            if (_peer?._parameters?.TelephoneEventClock is { } clock && clock != parameters.TelephoneEventClock)
                TelephoneEvent.ChangeClock(payload, clock, parameters.TelephoneEventClock);
            ForwardRest();
            Forward(packet, _repacketiser is { } numbers ? header with { Sequence = numbers.TakeSequence(header.Sequence) } : header, parameters.SendTelephoneEvent!.Value);
            return;
        }
        if (codec != parameters.Codec)
            G711.Transcode(payload, codec.Law(), parameters.Codec.Law());
        ForwardAudio(packet, header);
    }

    /// <summary>Encodes a frame that had to be decoded and passes it on.</summary>
    private void RelayDecoded(in RtpHeader frame, ReadOnlySpan<short> samples)
    {
        if (!MayRelay(isEvent: false, out var parameters))
            return;
        Span<byte> packet = stackalloc byte[RtpHeader.Length + JitterBuffer.MaxPayload];
        packet = packet[..(RtpHeader.Length + samples.Length)];
        (_encoder ??= new AudioEncoder()).Encode(samples, packet[RtpHeader.Length..], parameters.Codec);
        ForwardAudio(packet, frame);
    }

    /// <summary>Encodes a frame that stands for nothing the source sent and passes it on: the numbers of what the source sends move on by one.</summary>
    private void RelayMadeUp(in RtpHeader frame, ReadOnlySpan<short> samples)
    {
        if (!IsSentOthers)
            return;
        RelayDecoded(frame, samples);
        if (_repacketiser is { } numbers)
            numbers.Skip((ushort)(frame.Sequence - 1));
        else
            _timeline.Insert();
    }

    private bool MayRelay(bool isEvent, out MediaStreamParameters parameters)
    {
        parameters = _parameters!;
        RtpDropReason? reason = parameters is null || !_sends ? RtpDropReason.Direction
            : IsGenerating ? RtpDropReason.Replaced
            : isEvent && parameters.SendTelephoneEvent is null ? RtpDropReason.TelephoneEvent
            : null;
        if (reason is not { } why)
            return true;
        Drop(why);
        _repacketiser?.Clear();
        return false;
    }

    /// <summary>Sends audio in packets of the length that the peer asked for; what is no multiple of 10 ms passes as it is.</summary>
    /// <param name="packet">Room for a header, then the payload.</param>
    /// <param name="header">The header it came with.</param>
    private void ForwardAudio(Span<byte> packet, in RtpHeader header)
    {
        var length = _ptime * SamplesPerMillisecond;
        if (_repacketiser is null && (header.PayloadLength == length || header.PayloadLength % (10 * SamplesPerMillisecond) != 0))
        {
            Forward(packet, header, _payloadType);
            return;
        }
        _repacketiser ??= new Repacketiser();
        if (_repacketiser.IsLate(header))
        {
            Drop(RtpDropReason.Stale);
            return;
        }
        if (!_repacketiser.Follows(header))
            ForwardRest();
        Span<byte> cut = stackalloc byte[RtpHeader.Length + MaxFrame];
        _repacketiser.Add(header, packet[RtpHeader.Length..], length);
        while (_repacketiser.TryCut(length, cut[RtpHeader.Length..], out var next))
            Forward(cut[..(RtpHeader.Length + length)], next, _payloadType);
    }

    /// <summary>Sends what is held though it is less than a packet: something else comes now.</summary>
    private void ForwardRest()
    {
        Span<byte> cut = stackalloc byte[RtpHeader.Length + MaxFrame];
        if (_repacketiser is not null && _repacketiser.TryCut(0, cut[RtpHeader.Length..], out var rest))
            Forward(cut[..(RtpHeader.Length + rest.PayloadLength)], rest, _payloadType);
    }

    private void Forward(Span<byte> packet, in RtpHeader header, int payloadType)
    {
        if (!_timeline.TryRelay(header, _thread.Now, out var sequence, out var timestamp, out var marker))
        {
            Drop(RtpDropReason.Stale);
            return;
        }
        RtpHeader.Write(packet, payloadType, marker, sequence, timestamp, _timeline.Ssrc);
        if (SendRtp(packet))
            _thread.Counters.Relayed++;
    }

    /// <summary>The bridge or the peer's wishes have changed: what was held or learned of the stream before ends here.</summary>
    private void ForgetRelayed()
    {
        _encoder = null;
        if (_repacketiser is null)
            return;
        _repacketiser = null;
        _timeline.Break();
    }
}
