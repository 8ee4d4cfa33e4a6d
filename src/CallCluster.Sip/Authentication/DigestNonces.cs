using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace CallCluster.Sip.Authentication;

/// <summary>
/// Makes and checks nonces: time of issue, random bits, and a MAC over both and the realm. Any node with the same key can check one that
/// another node made; nothing is stored for those never used (RFC 7616 section 5.4).
/// </summary>
internal sealed class DigestNonces
{
    private const int TimeLength = 8;
    private const int RandomLength = 8;
    private const int MacLength = 16;
    private const int Length = TimeLength + RandomLength + MacLength;

    private readonly byte[] _key;
    private readonly byte[] _realm;

    public DigestNonces(ReadOnlySpan<byte> key, string realm)
    {
        if (key.Length < 16)
            throw new ArgumentException("The nonce key must have at least 16 bytes.", nameof(key));
        _key = key.ToArray();
        _realm = Encoding.UTF8.GetBytes(realm);
    }

    public string Issue(DateTimeOffset now)
    {
        Span<byte> nonce = stackalloc byte[Length];
        BinaryPrimitives.WriteInt64BigEndian(nonce, now.ToUnixTimeMilliseconds());
        RandomNumberGenerator.Fill(nonce.Slice(TimeLength, RandomLength));
        ComputeMac(nonce, nonce[(TimeLength + RandomLength)..]);
        return Base64Url.EncodeToString(nonce);
    }

    /// <summary>False for a nonce that no node with this key and realm made.</summary>
    public bool TryRead(string nonce, out DateTimeOffset issued)
    {
        issued = default;
        Span<byte> bytes = stackalloc byte[Length];
        // Not TryDecodeFromChars: it throws on characters that are not Base64.
        if (nonce.Length != Base64Url.GetEncodedLength(Length)
            || Base64Url.DecodeFromChars(nonce, bytes, out _, out var written) != OperationStatus.Done || written != Length)
            return false;
        Span<byte> mac = stackalloc byte[MacLength];
        ComputeMac(bytes, mac);
        if (!CryptographicOperations.FixedTimeEquals(mac, bytes[(TimeLength + RandomLength)..]))
            return false;
        issued = DateTimeOffset.FromUnixTimeMilliseconds(BinaryPrimitives.ReadInt64BigEndian(bytes));
        return true;
    }

    private void ComputeMac(ReadOnlySpan<byte> nonce, Span<byte> mac)
    {
        Span<byte> whole = stackalloc byte[HMACSHA256.HashSizeInBytes];
        byte[] signed = [.. nonce[..(TimeLength + RandomLength)], .. _realm];
        HMACSHA256.HashData(_key, signed, whole);
        whole[..MacLength].CopyTo(mac);
    }
}
