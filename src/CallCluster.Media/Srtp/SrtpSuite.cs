namespace CallCluster.Media.Srtp;

/// <summary>How packets are encrypted and authenticated.</summary>
public enum SrtpSuite
{
    /// <summary>AES-128 in counter mode with an 80-bit HMAC-SHA1 tag (RFC 3711): what every phone has.</summary>
    AesCm128HmacSha1Tag80,

    /// <summary>The same with a 32-bit tag on RTP; RTCP keeps 80 bits (RFC 4568 section 6.2.2).</summary>
    AesCm128HmacSha1Tag32,

    /// <summary>AES-256 in counter mode with an 80-bit HMAC-SHA1 tag (RFC 6188).</summary>
    AesCm256HmacSha1Tag80,

    /// <summary>AES-128 in Galois/counter mode (RFC 7714).</summary>
    AeadAes128Gcm,

    /// <summary>AES-256 in Galois/counter mode (RFC 7714).</summary>
    AeadAes256Gcm,
}
