using System.Buffers.Binary;
using System.Security.Cryptography;

namespace CallCluster.Media.Srtp;

/// <summary>AEAD_AES_128_GCM and AEAD_AES_256_GCM (RFC 7714).</summary>
internal sealed class GcmCipher : SrtpCipher
{
    private const int TagLength = 16;
    private const int NonceLength = 12;
    private const int MaxPayload = 2048;

    [ThreadStatic]
    private static byte[]? _decrypted;

    private readonly AesGcm _rtp;
    private readonly AesGcm _rtcp;
    private readonly byte[] _rtpSalt;
    private readonly byte[] _rtcpSalt;

    public GcmCipher(SrtpMasterKey master)
    {
        var keyLength = master.Suite.KeyLength();
        _rtp = new AesGcm(KeyDerivation.Derive(master, KeyDerivation.RtpEncryption, keyLength), TagLength);
        _rtcp = new AesGcm(KeyDerivation.Derive(master, KeyDerivation.RtcpEncryption, keyLength), TagLength);
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

    private static bool TryDecrypt(AesGcm aes, ReadOnlySpan<byte> nonce, Span<byte> payload, ReadOnlySpan<byte> tag, ReadOnlySpan<byte> associated)
    {
        // Not in place: a failed attempt wipes its target, and the packet may yet be right under another rollover counter.
        var decrypted = (_decrypted ??= new byte[MaxPayload]).AsSpan(0, payload.Length);
        try
        {
            aes.Decrypt(nonce, payload, tag, decrypted, associated);
            decrypted.CopyTo(payload);
            return true;
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }
    }
}
