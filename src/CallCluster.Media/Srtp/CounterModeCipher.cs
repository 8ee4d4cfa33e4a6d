using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace CallCluster.Media.Srtp;

/// <summary>AES in counter mode with HMAC-SHA1 (RFC 3711 sections 4.1.1 and 4.2.1, RFC 6188).</summary>
internal sealed class CounterModeCipher : SrtpCipher
{
    private const int AuthenticationKeyLength = 20;
    private const int SaltLength = 14;
    private const int RtcpTagLength = 10;
    private const int HashLength = 20;
    private const int BlockLength = 16;
    private const int MaxBlocks = 2048 / BlockLength;

    // ICryptoTransform takes arrays. One pair serves all ciphers of a thread, or each stream would hold kilobytes.
    [ThreadStatic]
    private static byte[]? _counters;
    [ThreadStatic]
    private static byte[]? _keystream;

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
        Span<byte> hash = stackalloc byte[HashLength];
        HashRtp(packet[..^RtpTagLength], index, hash);
        hash[..RtpTagLength].CopyTo(packet[^RtpTagLength..]);
    }

    public override bool UnprotectRtp(Span<byte> packet, int headerLength, uint ssrc, ulong index)
    {
        Span<byte> hash = stackalloc byte[HashLength];
        HashRtp(packet[..^RtpTagLength], index, hash);
        if (!CryptographicOperations.FixedTimeEquals(hash[..RtpTagLength], packet[^RtpTagLength..]))
            return false;
        _rtp.Crypt(packet[headerLength..^RtpTagLength], ssrc, index);
        return true;
    }

    // RFC 3711 section 3.4: header || encrypted || E and index || tag; all but the tag is authenticated.
    public override void ProtectRtcp(Span<byte> packet, uint ssrc, uint index)
    {
        _rtcp.Crypt(packet[RtcpHeaderLength..^RtcpTrailerLength], ssrc, index);
        BinaryPrimitives.WriteUInt32BigEndian(packet[^RtcpTrailerLength..], EncryptedFlag | index);
        Span<byte> hash = stackalloc byte[HashLength];
        _rtcp.Hash(packet[..^RtcpTagLength], default, hash);
        hash[..RtcpTagLength].CopyTo(packet[^RtcpTagLength..]);
    }

    public override uint? ReadRtcpIndex(ReadOnlySpan<byte> packet) =>
        BinaryPrimitives.ReadUInt32BigEndian(packet[^RtcpTrailerLength..]) is var word && (word & EncryptedFlag) != 0 ? word & ~EncryptedFlag : null;

    public override bool UnprotectRtcp(Span<byte> packet, uint ssrc, uint index)
    {
        Span<byte> hash = stackalloc byte[HashLength];
        _rtcp.Hash(packet[..^RtcpTagLength], default, hash);
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

    // Section 4.2: the rollover counter is authenticated with the packet, though not sent.
    private void HashRtp(ReadOnlySpan<byte> packet, ulong index, Span<byte> hash)
    {
        Span<byte> rollover = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(rollover, (uint)(index >> 16));
        _rtp.Hash(packet, rollover, hash);
    }

    /// <summary>The session keys of RTP, or those of RTCP.</summary>
    private sealed class Half : IDisposable
    {
        private readonly Aes _aes = Aes.Create();
        private readonly ICryptoTransform _encryptor;
        private readonly IncrementalHash _hmac;
        private readonly ulong _saltHigh;
        private readonly ulong _saltLow;

        public Half(SrtpMasterKey master, byte encryption, byte authentication, byte salt)
        {
            _aes.Mode = CipherMode.ECB;
            _aes.Padding = PaddingMode.None;
            _aes.SetKey(KeyDerivation.Derive(master, encryption, master.Suite.KeyLength()));
            _encryptor = _aes.CreateEncryptor();
            _hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA1, KeyDerivation.Derive(master, authentication, AuthenticationKeyLength));
            Span<byte> sessionSalt = stackalloc byte[BlockLength];
            sessionSalt.Clear();
            KeyDerivation.Derive(master, salt, sessionSalt[..SaltLength]);
            _saltHigh = BinaryPrimitives.ReadUInt64BigEndian(sessionSalt);
            _saltLow = BinaryPrimitives.ReadUInt64BigEndian(sessionSalt[8..]);
        }

        /// <summary>Section 4.1.1: XOR with the keystream of IV = (k_s * 2^16) XOR (SSRC * 2^64) XOR (i * 2^16), IV + 1, …</summary>
        public void Crypt(Span<byte> data, uint ssrc, ulong index)
        {
            var blocks = (data.Length + BlockLength - 1) / BlockLength;
            if (blocks == 0)
                return;
            var counters = _counters ??= new byte[MaxBlocks * BlockLength];
            var keystream = _keystream ??= new byte[MaxBlocks * BlockLength];
            var words = MemoryMarshal.Cast<byte, ulong>(counters.AsSpan(0, blocks * BlockLength));
            var high = BinaryPrimitives.ReverseEndianness(_saltHigh ^ ssrc);
            var low = _saltLow ^ (index << 16);
            for (var i = 0; i < words.Length; i += 2)
            {
                words[i] = high;
                words[i + 1] = BinaryPrimitives.ReverseEndianness(low++);
            }
            _encryptor.TransformBlock(counters, 0, blocks * BlockLength, keystream, 0);
            Xor(data, keystream);
        }

        public void Hash(ReadOnlySpan<byte> packet, ReadOnlySpan<byte> appended, Span<byte> hash)
        {
            _hmac.AppendData(packet);
            _hmac.AppendData(appended);
            _hmac.GetHashAndReset(hash);
        }

        public void Dispose()
        {
            _encryptor.Dispose();
            _aes.Dispose();
            _hmac.Dispose();
        }

        private static void Xor(Span<byte> data, ReadOnlySpan<byte> with)
        {
            var at = 0;
            for (; at <= data.Length - Vector<byte>.Count; at += Vector<byte>.Count)
                (new Vector<byte>(data[at..]) ^ new Vector<byte>(with[at..])).CopyTo(data[at..]);
            for (; at < data.Length; at++)
                data[at] ^= with[at];
        }
    }
}
