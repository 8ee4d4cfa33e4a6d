using System.Buffers.Binary;
using System.Security.Cryptography;

namespace CallCluster.Media.Srtp;

/// <summary>AES in counter mode with HMAC-SHA1 (RFC 3711 sections 4.1.1 and 4.2.1, RFC 6188).</summary>
internal sealed class CounterModeCipher : SrtpCipher
{
    private const int AuthenticationKeyLength = 20;
    private const int SaltLength = 14;
    private const int RtcpTagLength = 10;
    private const int RolloverLength = 4;

    private readonly Half _rtp;
    private readonly Half _rtcp;

    public CounterModeCipher(SrtpMasterKey master)
    {
        _rtp = new Half(master, KeyDerivation.RtpEncryption, KeyDerivation.RtpAuthentication, KeyDerivation.RtpSalt);
        _rtcp = new Half(master, KeyDerivation.RtcpEncryption, KeyDerivation.RtcpAuthentication, KeyDerivation.RtcpSalt);
        RtpTagLength = master.Suite == SrtpSuite.AesCm128HmacSha1Tag32 ? 4 : 10;
    }

    public override int RtpTagLength { get; }

    public override int RtcpTrailerLength => RtcpIndexLength + RtcpTagLength;

    public override void ProtectRtp(Span<byte> packet, int headerLength, uint ssrc, ulong index)
    {
        _rtp.Crypt(packet[headerLength..^RtpTagLength], ssrc, index);
        Span<byte> hash = stackalloc byte[HmacSha1.HashLength];
        HashRtp(packet, index, hash);
        hash[..RtpTagLength].CopyTo(packet[^RtpTagLength..]);
    }

    public override bool UnprotectRtp(Span<byte> packet, int headerLength, uint ssrc, ulong index)
    {
        Span<byte> hash = stackalloc byte[HmacSha1.HashLength];
        Span<byte> tag = stackalloc byte[RtpTagLength];
        packet[^RtpTagLength..].CopyTo(tag);
        HashRtp(packet, index, hash);
        tag.CopyTo(packet[^RtpTagLength..]);
        if (!CryptographicOperations.FixedTimeEquals(hash[..RtpTagLength], tag))
            return false;
        _rtp.Crypt(packet[headerLength..^RtpTagLength], ssrc, index);
        return true;
    }

    // RFC 3711 section 3.4: header || encrypted || E and index || tag; all but the tag is authenticated.
    public override void ProtectRtcp(Span<byte> packet, uint ssrc, uint index)
    {
        _rtcp.Crypt(packet[RtcpHeaderLength..^RtcpTrailerLength], ssrc, index);
        BinaryPrimitives.WriteUInt32BigEndian(packet[^RtcpTrailerLength..], EncryptedFlag | index);
        Span<byte> hash = stackalloc byte[HmacSha1.HashLength];
        _rtcp.Hash(packet[..^RtcpTagLength], hash);
        hash[..RtcpTagLength].CopyTo(packet[^RtcpTagLength..]);
    }

    public override uint? ReadRtcpIndex(ReadOnlySpan<byte> packet) =>
        BinaryPrimitives.ReadUInt32BigEndian(packet[^RtcpTrailerLength..]) is var word && (word & EncryptedFlag) != 0 ? word & ~EncryptedFlag : null;

    public override bool UnprotectRtcp(Span<byte> packet, uint ssrc, uint index)
    {
        Span<byte> hash = stackalloc byte[HmacSha1.HashLength];
        _rtcp.Hash(packet[..^RtcpTagLength], hash);
        if (!CryptographicOperations.FixedTimeEquals(hash[..RtcpTagLength], packet[^RtcpTagLength..]))
            return false;
        _rtcp.Crypt(packet[RtcpHeaderLength..^RtcpTrailerLength], ssrc, index);
        return true;
    }

    public override void Dispose()
    {
        _rtp.Dispose();
        _rtcp.Dispose();
    }

    // Section 4.2: the rollover counter is authenticated with the packet, though not sent. It stands where the tag does, so that it is hashed in one go.
    private void HashRtp(Span<byte> packet, ulong index, Span<byte> hash)
    {
        BinaryPrimitives.WriteUInt32BigEndian(packet[^RtpTagLength..], (uint)(index >> 16));
        _rtp.Hash(packet[..^(RtpTagLength - RolloverLength)], hash);
    }

    /// <summary>The session keys of RTP, or those of RTCP.</summary>
    private sealed class Half : IDisposable
    {
        private readonly AesCounter _aes;
        private readonly HmacSha1 _hmac;
        private readonly ulong _saltHigh;
        private readonly ulong _saltLow;

        public Half(SrtpMasterKey master, byte encryption, byte authentication, byte salt)
        {
            _aes = KeyDerivation.Make(master, encryption, master.Suite.KeyLength(), AesCounter.Create);
            _hmac = KeyDerivation.Make(master, authentication, AuthenticationKeyLength, key => new HmacSha1(key));
            Span<byte> sessionSalt = stackalloc byte[16];
            sessionSalt.Clear();
            KeyDerivation.Derive(master, salt, sessionSalt[..SaltLength]);
            _saltHigh = BinaryPrimitives.ReadUInt64BigEndian(sessionSalt);
            _saltLow = BinaryPrimitives.ReadUInt64BigEndian(sessionSalt[8..]);
        }

        /// <summary>Section 4.1.1: XOR with the keystream of IV = (k_s * 2^16) XOR (SSRC * 2^64) XOR (i * 2^16), IV + 1, …</summary>
        public void Crypt(Span<byte> data, uint ssrc, ulong index) => _aes.Crypt(data, _saltHigh ^ ssrc, _saltLow ^ (index << 16));

        public void Hash(ReadOnlySpan<byte> packet, Span<byte> hash) => _hmac.Hash(packet, hash);

        public void Dispose()
        {
            _aes.Dispose();
            _hmac.Dispose();
        }
    }
}
