namespace CallCluster.Sip.Sdp.Encryption;

/// <summary>A crypto-suite of <c>a=crypto</c> and the lengths of its master key and salt in bytes.</summary>
public sealed record CryptoSuite(string Name, int KeyLength, int SaltLength)
{
    /// <summary>RFC 7714 §14.2.</summary>
    public static CryptoSuite AeadAes256Gcm { get; } = new("AEAD_AES_256_GCM", 32, 12);

    /// <summary>RFC 7714 §14.2.</summary>
    public static CryptoSuite AeadAes128Gcm { get; } = new("AEAD_AES_128_GCM", 16, 12);

    /// <summary>RFC 6188 §4.</summary>
    public static CryptoSuite Aes256CmHmacSha1Tag80 { get; } = new("AES_256_CM_HMAC_SHA1_80", 32, 14);

    /// <summary>RFC 4568 §6.2.1.</summary>
    public static CryptoSuite AesCm128HmacSha1Tag80 { get; } = new("AES_CM_128_HMAC_SHA1_80", 16, 14);

    /// <summary>RFC 4568 §6.2.2.</summary>
    public static CryptoSuite AesCm128HmacSha1Tag32 { get; } = new("AES_CM_128_HMAC_SHA1_32", 16, 14);

    /// <summary>All, in the order that we offer them.</summary>
    public static IReadOnlyList<CryptoSuite> All { get; } = [AeadAes256Gcm, AeadAes128Gcm, Aes256CmHmacSha1Tag80, AesCm128HmacSha1Tag80, AesCm128HmacSha1Tag32];

    /// <summary>The suite of that name, or null when it is not supported.</summary>
    public static CryptoSuite? Find(ReadOnlySpan<char> name)
    {
        foreach (var suite in All)
        {
            if (name.SequenceEqual(suite.Name))
                return suite;
        }

        return null;
    }
}
