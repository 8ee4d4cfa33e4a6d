using System.Buffers.Binary;
using CallCluster.Media.Rtp;

namespace CallCluster.Media.Srtp;

/// <summary>Authenticates and decrypts what a peer sends under one key. Nothing that a packet says is believed, and no state changes, before its tag was right.</summary>
internal sealed class SrtpReceiver(SrtpMasterKey key) : IDisposable
{
    // Peers change their SSRC when they transfer or play music. Sources are never forgotten while the key lives, or their packets could be played again.
    private const int MaxSources = 64;
    private readonly SrtpCipher _cipher = SrtpCipher.Create(key);
    private Source[] _sources = new Source[1];
    private int _count;
    private SrtpReceiver? _before;

    /// <summary>The key that packets must be protected with.</summary>
    public SrtpMasterKey Key { get; } = key;

    /// <summary>
    /// Takes the place of another receiver after a re-offer with a new key. What is still on its way under the old key is heard until the first packet under the new one; and a source
    /// may go on with its rollover counter (RFC 3711 section 3.3.1 says so, many phones begin again with 0).
    /// </summary>
    public void Follow(SrtpReceiver before)
    {
        before.Forget();
        _before = before;
    }

    /// <summary>Authenticates and decrypts an RTP packet in place; on success <paramref name="datagram"/> ends before the tag.</summary>
    public bool TryUnprotectRtp(ref Span<byte> datagram, out RtpDropReason reason)
    {
        reason = RtpDropReason.Malformed;
        if (!RtpHeader.TryMeasure(datagram, out var headerLength) || datagram.Length < headerLength + _cipher.RtpTagLength)
            return false;
        reason = RtpDropReason.Oversize;
        if (datagram.Length > RtpHeader.MaxDatagram + _cipher.RtpTagLength)
            return false;
        var ssrc = BinaryPrimitives.ReadUInt32BigEndian(datagram[8..]);
        var sequence = BinaryPrimitives.ReadUInt16BigEndian(datagram[2..]);
        var at = Find(ssrc);
        if (at < 0 || !_sources[at].HasRtp)
        {
            if (!TryBegin(datagram, headerLength, ssrc, sequence))
            {
                reason = RtpDropReason.Authentication;
                return _before is not null && _before.TryUnprotectRtp(ref datagram, out reason);
            }
        }
        else
        {
            ref var indices = ref _sources[at].Rtp;
            var index = indices.Estimate(sequence);
            reason = RtpDropReason.Replay;
            if (index < 0 || !indices.IsNew((ulong)index))
                return false;
            reason = RtpDropReason.Authentication;
            if (!_cipher.UnprotectRtp(datagram, headerLength, ssrc, (ulong)index))
                return false;
            indices.Use((ulong)index);
        }
        datagram = datagram[..^_cipher.RtpTagLength];
        return true;
    }

    /// <summary>As <see cref="TryUnprotectRtp"/>, for RTCP. A packet that is authenticated but not encrypted is refused: encryption was agreed.</summary>
    public bool TryUnprotectRtcp(ref Span<byte> datagram, out RtpDropReason reason)
    {
        reason = RtpDropReason.Rtcp;
        if (datagram.Length < SrtpCipher.RtcpHeaderLength + _cipher.RtcpTrailerLength || _cipher.ReadRtcpIndex(datagram) is not { } index)
            return false;
        reason = RtpDropReason.Oversize;
        if (datagram.Length > RtpHeader.MaxDatagram + _cipher.RtcpTrailerLength)
            return false;
        var ssrc = BinaryPrimitives.ReadUInt32BigEndian(datagram[4..]);
        var at = Find(ssrc);
        reason = RtpDropReason.Replay;
        if (at >= 0 && !_sources[at].Rtcp.IsNew(index))
            return false;
        reason = RtpDropReason.Authentication;
        if ((at < 0 && _count == MaxSources) || !_cipher.UnprotectRtcp(datagram, ssrc, index))
            return false;
        if (at < 0)
            at = Add(ssrc);
        _sources[at].Rtcp.Use(index);
        datagram = datagram[..^_cipher.RtcpTrailerLength];
        return true;
    }

    public void Dispose()
    {
        Forget();
        _cipher.Dispose();
    }

    /// <summary>The first RTP packet of a source: its rollover counter is 0, or goes on from the key before.</summary>
    private bool TryBegin(Span<byte> datagram, int headerLength, uint ssrc, ushort sequence)
    {
        var at = Find(ssrc);
        if (at < 0 && _count == MaxSources)
            return false;
        var indices = new PacketIndex(0, sequence);
        if (!_cipher.UnprotectRtp(datagram, headerLength, ssrc, sequence))
        {
            if (_before is null || _before.Find(ssrc) is not (>= 0 and var old))
                return false;
            var index = _before._sources[old].Rtp.Estimate(sequence);
            if (index <= ushort.MaxValue || !_cipher.UnprotectRtp(datagram, headerLength, ssrc, (ulong)index))
                return false;
            indices = new PacketIndex((uint)(index >> 16), sequence);
        }
        indices.Use((ulong)indices.Estimate(sequence));
        if (at < 0)
            at = Add(ssrc);
        _sources[at].Rtp = indices;
        _sources[at].HasRtp = true;
        Forget();
        return true;
    }

    private int Add(uint ssrc)
    {
        if (_count == _sources.Length)
            Array.Resize(ref _sources, _count * 2);
        _sources[_count].Ssrc = ssrc;
        return _count++;
    }

    private void Forget()
    {
        _before?.Dispose();
        _before = null;
    }

    private int Find(uint ssrc)
    {
        for (var i = _count - 1; i >= 0; i--)
        {
            if (_sources[i].Ssrc == ssrc)
                return i;
        }
        return -1;
    }

    private struct Source
    {
        public uint Ssrc;
        public bool HasRtp;
        public PacketIndex Rtp;
        public PacketIndex Rtcp;
    }
}
