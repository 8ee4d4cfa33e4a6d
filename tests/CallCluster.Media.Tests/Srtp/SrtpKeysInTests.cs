using CallCluster.Media.Srtp;

namespace CallCluster.Media.Tests.Srtp;

/// <summary>Keys that tests tell apart by a number.</summary>
internal static class SrtpKeysInTests
{
    /// <summary>The master key that the number stands for.</summary>
    public static SrtpMasterKey Key(int number, SrtpSuite suite = SrtpSuite.AesCm128HmacSha1Tag80)
    {
        var bytes = new byte[suite.KeyLength() + suite.SaltLength()];
        new Random(number).NextBytes(bytes);
        return new SrtpMasterKey(suite, bytes);
    }
}
