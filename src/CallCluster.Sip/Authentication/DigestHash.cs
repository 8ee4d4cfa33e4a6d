using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace CallCluster.Sip.Authentication;

/// <summary>The hashes of RFC 7616 section 3.4, in lower-case hexadecimal.</summary>
internal static class DigestHash
{
    /// <summary>A1 = unq(username) ":" unq(realm) ":" passwd (section 3.4.2), hashed</summary>
    public static string Secret(DigestAlgorithm algorithm, string username, string realm, string password) =>
        Hash(algorithm, $"{username}:{realm}:{password}");

    /// <summary>
    /// response = KD( H(A1), unq(nonce) ":" nc ":" unq(cnonce) ":" unq(qop) ":" H(A2) ), A2 = Method ":" digest-uri (sections 3.4.1 and 3.4.3);
    /// without a nonce count as RFC 2069 had it: KD( H(A1), unq(nonce) ":" H(A2) ).
    /// </summary>
    public static string Response(DigestAlgorithm algorithm, string secret, string method, string uri, string nonce, uint? nonceCount, string? clientNonce)
    {
        var request = Hash(algorithm, $"{method}:{uri}");
        return Hash(algorithm, nonceCount is { } count
            ? $"{secret}:{nonce}:{NonceCount(count)}:{clientNonce}:auth:{request}"
            : $"{secret}:{nonce}:{request}");
    }

    /// <summary>nc-value = 8LHEX</summary>
    public static string NonceCount(uint count) => count.ToString("x8", CultureInfo.InvariantCulture);

    private static string Hash(DigestAlgorithm algorithm, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        return Convert.ToHexStringLower(algorithm == DigestAlgorithm.Sha256 ? SHA256.HashData(bytes) : MD5.HashData(bytes));
    }
}
