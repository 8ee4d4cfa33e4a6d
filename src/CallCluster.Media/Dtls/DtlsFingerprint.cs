using System.Security.Cryptography;

namespace CallCluster.Media.Dtls;

/// <summary>The hash of a certificate, as signalling tells it (RFC 8122).</summary>
/// <param name="Hash">sha-256, sha-384 or sha-512.</param>
/// <param name="Value">The digest in upper-case hexadecimal digits.</param>
public sealed record DtlsFingerprint(string Hash, string Value)
{
    /// <summary>The SHA-256 fingerprint of a certificate in DER.</summary>
    public static DtlsFingerprint Of(ReadOnlySpan<byte> certificate) => new("sha-256", Convert.ToHexString(SHA256.HashData(certificate)));

    /// <summary>Whether the certificate in DER has this fingerprint; false for a hash that is not one of the three.</summary>
    public bool Matches(ReadOnlySpan<byte> certificate) => Value == Hash switch
    {
        "sha-256" => Convert.ToHexString(SHA256.HashData(certificate)),
        "sha-384" => Convert.ToHexString(SHA384.HashData(certificate)),
        "sha-512" => Convert.ToHexString(SHA512.HashData(certificate)),
        _ => null,
    };
}
