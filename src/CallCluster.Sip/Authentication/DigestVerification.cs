namespace CallCluster.Sip.Authentication;

/// <param name="Verdict">Whether to believe the request.</param>
/// <param name="Username">Who it claims to be from; null when it has no credentials. True only when accepted.</param>
public readonly record struct DigestVerification(DigestVerdict Verdict, string? Username)
{
    /// <summary>The client needs no new password, only the new nonce.</summary>
    public bool IsStale => Verdict is DigestVerdict.Stale or DigestVerdict.Replayed;
}
