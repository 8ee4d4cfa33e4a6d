namespace CallCluster.Sip.Authentication;

/// <summary>Hash of a digest, weakest first (RFC 7616 section 3.3, RFC 8760 section 2).</summary>
public enum DigestAlgorithm
{
    Md5,
    Sha256,
}
