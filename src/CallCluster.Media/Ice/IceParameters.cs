namespace CallCluster.Media.Ice;

/// <summary>The credentials of one ICE session (RFC 8445 section 5.3), of which this side is the lite one. Says nothing of the password in <see cref="ToString"/>.</summary>
/// <param name="LocalUfrag">Ours, which the peer's checks begin their user name with.</param>
/// <param name="LocalPassword">Ours, which the peer's checks are made with.</param>
/// <param name="RemoteUfrag">The peer's, which its user name ends with.</param>
public sealed record IceParameters(string LocalUfrag, string LocalPassword, string RemoteUfrag)
{
    /// <summary>The user name of the peer's checks.</summary>
    public override string ToString() => $"{LocalUfrag}:{RemoteUfrag}";
}
