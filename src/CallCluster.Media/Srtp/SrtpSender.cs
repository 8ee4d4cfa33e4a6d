using System.Buffers.Binary;

namespace CallCluster.Media.Srtp;

/// <summary>Protects what one stream sends under one key: one SSRC, whose indices are never used twice.</summary>
internal sealed class SrtpSender(SrtpMasterKey key) : IDisposable
{
    private readonly SrtpCipher _cipher = SrtpCipher.Create(key);
    private PacketIndex _index;
    private bool _started;
    private uint _rtcpIndex;

    /// <summary>The key; a stream that keeps it keeps its indices too.</summary>
    public SrtpMasterKey Key { get; } = key;

    /// <summary>
    /// Writes the protected form of <paramref name="packet"/> into <paramref name="target"/>; returns its length, or 0 for a sequence number that was sent before: a second packet under
    /// one index would give away both (RFC 3711 section 9.1).
    /// </summary>
    /// <param name="packet">RTP with the fixed header of 12 bytes only, as this engine sends it.</param>
    /// <param name="target">Room for <see cref="SrtpCipher.MaxOverhead"/> more.</param>
    public int ProtectRtp(ReadOnlySpan<byte> packet, Span<byte> target)
    {
        var sequence = BinaryPrimitives.ReadUInt16BigEndian(packet[2..]);
        if (!_started)
            _index = new PacketIndex(0, sequence);
        _started = true;
        var index = _index.Estimate(sequence);
        if (index < 0 || !_index.IsNew((ulong)index))
            return 0;
        _index.Use((ulong)index);
        packet.CopyTo(target);
        var length = packet.Length + _cipher.RtpTagLength;
        _cipher.ProtectRtp(target[..length], Rtp.RtpHeader.Length, BinaryPrimitives.ReadUInt32BigEndian(packet[8..]), (ulong)index);
        return length;
    }

    /// <summary>As <see cref="ProtectRtp"/>, for a compound RTCP packet; 0 when the key has served 2^31 of them (section 9.2).</summary>
    public int ProtectRtcp(ReadOnlySpan<byte> packet, Span<byte> target)
    {
        if (_rtcpIndex == int.MaxValue)
            return 0;
        packet.CopyTo(target);
        var length = packet.Length + _cipher.RtcpTrailerLength;
        _cipher.ProtectRtcp(target[..length], BinaryPrimitives.ReadUInt32BigEndian(packet[4..]), ++_rtcpIndex);
        return length;
    }

    public void Dispose() => _cipher.Dispose();
}
