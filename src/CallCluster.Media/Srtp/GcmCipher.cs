using System.Buffers.Binary;
using System.Security.Cryptography;

namespace CallCluster.Media.Srtp;

/// <summary>AEAD_AES_128_GCM and AEAD_AES_256_GCM (RFC 7714).</summary>
internal sealed class GcmCipher : SrtpCipher
{
    private const int TagLength = 16;
    private const int NonceLength = 12;
    private const int MaxPayload = 2048;

    // After a wrong tag so many packets have to be right before one is decrypted in the direct way again.
    private const int Doubts = 50;

    [ThreadStatic]
    private static byte[]? _decrypted;

    [ThreadStatic]
    private static byte[]? _encrypted;

    private int _doubts;

    private readonly AesGcm _rtp;
    private readonly AesGcm _rtcp;
    private readonly byte[] _rtpSalt;
    private readonly byte[] _rtcpSalt;

    public GcmCipher(SrtpMasterKey master)
    {
        var keyLength = master.Suite.KeyLength();
        _rtp = KeyDerivation.Make(master, KeyDerivation.RtpEncryption, keyLength, key => new AesGcm(key, TagLength));
        _rtcp = KeyDerivation.Make(master, KeyDerivation.RtcpEncryption, keyLength, key => new AesGcm(key, TagLength));
        _rtpSalt = KeyDerivation.Derive(master, KeyDerivation.RtpSalt, NonceLength);
        _rtcpSalt = KeyDerivation.Derive(master, KeyDerivation.RtcpSalt, NonceLength);
    }

    /// <summary>A cipher with session keys as they stand, for RTP only: the vectors of RFC 7714 give no master key.</summary>
    internal GcmCipher(ReadOnlySpan<byte> sessionKey, ReadOnlySpan<byte> sessionSalt)
    {
        _rtp = new AesGcm(sessionKey, TagLength);
        _rtcp = new AesGcm(sessionKey, TagLength);
        _rtpSalt = _rtcpSalt = sessionSalt.ToArray();
    }

    public override int RtpTagLength => TagLength;

    public override int RtcpTrailerLength => TagLength + RtcpIndexLength;

    public override void ProtectRtp(Span<byte> packet, int headerLength, uint ssrc, ulong index)
    {
        Span<byte> nonce = stackalloc byte[NonceLength];
        WriteNonce(nonce, _rtpSalt, ssrc, index);
        var payload = packet[headerLength..^TagLength];
        _rtp.Encrypt(nonce, payload, payload, packet[^TagLength..], packet[..headerLength]);
    }

    public override bool UnprotectRtp(Span<byte> packet, int headerLength, uint ssrc, ulong index)
    {
        Span<byte> nonce = stackalloc byte[NonceLength];
        WriteNonce(nonce, _rtpSalt, ssrc, index);
        return TryDecrypt(_rtp, nonce, packet[headerLength..^TagLength], packet[^TagLength..], packet[..headerLength]);
    }

    // RFC 7714 section 9.2: header || ciphertext || tag || E and index; the header and the index word are authenticated.
    public override void ProtectRtcp(Span<byte> packet, uint ssrc, uint index)
    {
        Span<byte> nonce = stackalloc byte[NonceLength];
        WriteNonce(nonce, _rtcpSalt, ssrc, index);
        BinaryPrimitives.WriteUInt32BigEndian(packet[^RtcpIndexLength..], EncryptedFlag | index);
        Span<byte> associated = stackalloc byte[RtcpHeaderLength + RtcpIndexLength];
        WriteAssociated(associated, packet);
        var payload = packet[RtcpHeaderLength..^RtcpTrailerLength];
        _rtcp.Encrypt(nonce, payload, payload, packet[^RtcpTrailerLength..^RtcpIndexLength], associated);
    }

    public override uint? ReadRtcpIndex(ReadOnlySpan<byte> packet) =>
        BinaryPrimitives.ReadUInt32BigEndian(packet[^RtcpIndexLength..]) is var word && (word & EncryptedFlag) != 0 ? word & ~EncryptedFlag : null;

    public override bool UnprotectRtcp(Span<byte> packet, uint ssrc, uint index)
    {
        Span<byte> nonce = stackalloc byte[NonceLength];
        WriteNonce(nonce, _rtcpSalt, ssrc, index);
        Span<byte> associated = stackalloc byte[RtcpHeaderLength + RtcpIndexLength];
        WriteAssociated(associated, packet);
        return TryDecrypt(_rtcp, nonce, packet[RtcpHeaderLength..^RtcpTrailerLength], packet[^RtcpTrailerLength..^RtcpIndexLength], associated);
    }

    public override void Dispose()
    {
        _rtp.Dispose();
        _rtcp.Dispose();
    }

    private static void WriteAssociated(Span<byte> associated, ReadOnlySpan<byte> packet)
    {
        packet[..RtcpHeaderLength].CopyTo(associated);
        packet[^RtcpIndexLength..].CopyTo(associated[RtcpHeaderLength..]);
    }

    // RFC 7714 sections 8.1 and 9.1: 16 zero bits || SSRC || ROC || SEQ, or 31-bit index with 17 zero bits before it; XOR the salt.
    private static void WriteNonce(Span<byte> nonce, ReadOnlySpan<byte> salt, uint ssrc, ulong index)
    {
        BinaryPrimitives.WriteUInt32BigEndian(nonce, BinaryPrimitives.ReadUInt32BigEndian(salt) ^ (ssrc >> 16));
        BinaryPrimitives.WriteUInt64BigEndian(nonce[4..], BinaryPrimitives.ReadUInt64BigEndian(salt[4..]) ^ ((ulong)ssrc << 48 | index));
    }

    private bool TryDecrypt(AesGcm aes, ReadOnlySpan<byte> nonce, Span<byte> payload, ReadOnlySpan<byte> tag, ReadOnlySpan<byte> associated)
    {
        // Not in place: a failed attempt wipes its target, and the packet may yet be right under another rollover counter.
        var decrypted = (_decrypted ??= new byte[MaxPayload]).AsSpan(0, payload.Length);
        if (_doubts > 0)
        {
            if (!HasTag(aes, nonce, payload, tag, decrypted, associated))
                return false;
            _doubts--;
        }
        else
        {
            try
            {
                aes.Decrypt(nonce, payload, tag, decrypted, associated);
            }
            catch (AuthenticationTagMismatchException)
            {
                _doubts = Doubts;
                return false;
            }
        }
        decrypted.CopyTo(payload);
        return true;
    }

    /// <summary>
    /// Decrypts and compares the tag without the exception that the platform throws for a wrong one, which under a flood fills the heap and costs twice the time: in counter mode encrypting the
    /// ciphertext gives the plaintext, and encrypting that the tag that the ciphertext should have. Twice the work of decrypting.
    /// </summary>
    private static bool HasTag(AesGcm aes, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> payload, ReadOnlySpan<byte> tag, Span<byte> decrypted, ReadOnlySpan<byte> associated)
    {
        Span<byte> expected = stackalloc byte[TagLength];
        aes.Encrypt(nonce, payload, decrypted, expected, associated);
        aes.Encrypt(nonce, decrypted, (_encrypted ??= new byte[MaxPayload]).AsSpan(0, payload.Length), expected, associated);
        return CryptographicOperations.FixedTimeEquals(expected, tag);
    }
}
