namespace CallCluster.Media.Srtp;

/// <summary>
/// Encrypts and authenticates the packets of one direction under one master key. Stateless but for its key schedule; the caller knows the indices and never protects two packets with
/// one of them. Belongs to one thread at a time; nothing is allocated for a packet.
/// </summary>
internal abstract class SrtpCipher : IDisposable
{
    /// <summary>The most that protection adds to a packet: a tag of 16 bytes, and the index of RTCP.</summary>
    public const int MaxOverhead = 16 + RtcpIndexLength;

    /// <summary>Bytes of the E flag and SRTCP index (RFC 3711 section 3.4).</summary>
    public const int RtcpIndexLength = 4;

    /// <summary>Bytes of an RTCP packet that stay readable: the first header and its SSRC.</summary>
    public const int RtcpHeaderLength = 8;

    protected const uint EncryptedFlag = 0x8000_0000;

    public static SrtpCipher Create(SrtpMasterKey master) => master.Suite.IsAead() ? new GcmCipher(master) : new CounterModeCipher(master);

    /// <summary>Bytes added to an RTP packet.</summary>
    public abstract int RtpTagLength { get; }

    /// <summary>Bytes added to an RTCP packet.</summary>
    public abstract int RtcpTrailerLength { get; }

    /// <summary>Encrypts in place what follows the header and fills the last <see cref="RtpTagLength"/> bytes with the tag.</summary>
    /// <param name="packet">Header, payload, and room for the tag.</param>
    /// <param name="headerLength">Bytes of the header, extension included.</param>
    /// <param name="ssrc">The header's SSRC.</param>
    /// <param name="index">48 bits: rollover counter and sequence number (RFC 3711 section 3.3.1).</param>
    public abstract void ProtectRtp(Span<byte> packet, int headerLength, uint ssrc, ulong index);

    /// <summary>Checks the tag, then decrypts in place what lies between header and tag; false, and the packet is unchanged, when the tag is wrong.</summary>
    public abstract bool UnprotectRtp(Span<byte> packet, int headerLength, uint ssrc, ulong index);

    /// <summary>Encrypts in place what follows the first 8 bytes and fills the last <see cref="RtcpTrailerLength"/> with index and tag.</summary>
    public abstract void ProtectRtcp(Span<byte> packet, uint ssrc, uint index);

    /// <summary>The index that an SRTCP packet of at least <see cref="RtcpHeaderLength"/> and <see cref="RtcpTrailerLength"/> bytes claims; null when it is not encrypted.</summary>
    public abstract uint? ReadRtcpIndex(ReadOnlySpan<byte> packet);

    /// <summary>Checks the tag, then decrypts in place what lies between header and trailer; false, and the packet is unchanged, when the tag is wrong.</summary>
    public abstract bool UnprotectRtcp(Span<byte> packet, uint ssrc, uint index);

    public abstract void Dispose();
}
