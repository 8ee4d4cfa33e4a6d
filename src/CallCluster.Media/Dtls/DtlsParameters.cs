namespace CallCluster.Media.Dtls;

/// <summary>What signalling agreed for a handshake.</summary>
/// <param name="Role">Ours.</param>
/// <param name="Remote">What the peer's certificate must match one of.</param>
/// <param name="Id">The peer's name of the association (RFC 8842): another is one more with the same certificate. Null when it gives none.</param>
public sealed record DtlsParameters(DtlsRole Role, IReadOnlyList<DtlsFingerprint> Remote, string? Id = null)
{
    /// <summary>Whether an association made for these parameters serves for the others.</summary>
    public bool Equals(DtlsParameters? other) => other is not null && Role == other.Role && Id == other.Id && Remote.SequenceEqual(other.Remote);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Role, Remote.Count);
}
