namespace CallCluster.Media.Srtp;

/// <summary>The sizes that a suite fixes.</summary>
public static class SrtpSuiteSizes
{
    /// <summary>Bytes of the master key, and of the session key derived from it.</summary>
    public static int KeyLength(this SrtpSuite suite) => suite is SrtpSuite.AesCm256HmacSha1Tag80 or SrtpSuite.AeadAes256Gcm ? 32 : 16;

    /// <summary>Bytes of the master salt: 112 bits in counter mode, 96 in Galois mode.</summary>
    public static int SaltLength(this SrtpSuite suite) => suite.IsAead() ? 12 : 14;

    internal static bool IsAead(this SrtpSuite suite) => suite is SrtpSuite.AeadAes128Gcm or SrtpSuite.AeadAes256Gcm;
}
