using CallCluster.Media.Rtp;

namespace CallCluster.Media.Engine;

// RFC 3389: a peer that sends nothing while nobody speaks says so, and how loud its background is.
public sealed partial class MediaStream
{
    private bool _isSilenceAnnounced;

    /// <summary>RFC 3389 section 3: level(8) in -dBov, then reflection coefficients, which a receiver may leave alone.</summary>
    private void OnComfortNoise(Span<byte> datagram, in RtpHeader header)
    {
        if (header.PayloadLength == 0)
        {
            Drop(RtpDropReason.Malformed);
            return;
        }
        // It has its place in the numbers, so that it is not taken for lost audio.
        _audio?.Add(header with { PayloadLength = 0 }, default, default);
        if (_mixed is { } member && header.Sequence == (ushort)_reception.ExtendedHighest)
            member.Said.BeginNoise(datagram[header.PayloadOffset]);
        _peer?.RelayNoise(datagram, header);
    }

    /// <summary>Passes comfort noise on to a peer that takes it. For any other it is left out: one who hears nothing hears silence.</summary>
    private void RelayNoise(Span<byte> datagram, in RtpHeader header)
    {
        if (!MayRelay(isEvent: false, out var parameters))
            return;
        ForwardRest();
        if (parameters.SendComfortNoise is { } payloadType)
        {
            var packet = datagram.Slice(header.PayloadOffset - RtpHeader.Length, RtpHeader.Length + header.PayloadLength);
            Forward(packet, _repacketiser is { } numbers ? header with { Sequence = numbers.TakeSequence(header.Sequence) } : header, payloadType);
            return;
        }
        Drop(RtpDropReason.ComfortNoise);
        if (_repacketiser is { } cut)
            cut.Skip(header.Sequence);
        else
            _timeline.Skip(header);
    }
}
