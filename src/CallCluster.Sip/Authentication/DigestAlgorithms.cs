namespace CallCluster.Sip.Authentication;

internal static class DigestAlgorithms
{
    public static string Token(this DigestAlgorithm algorithm) => algorithm == DigestAlgorithm.Sha256 ? "SHA-256" : "MD5";

    /// <summary>algorithm = "algorithm" EQUAL ( "MD5" / "SHA-256" / token ); absent means MD5. False for those we do not speak, sessions included.</summary>
    public static bool TryRead(string? token, out DigestAlgorithm algorithm)
    {
        algorithm = "SHA-256".Equals(token, StringComparison.OrdinalIgnoreCase) ? DigestAlgorithm.Sha256 : DigestAlgorithm.Md5;
        return token is null || token.Equals(algorithm.Token(), StringComparison.OrdinalIgnoreCase);
    }
}
