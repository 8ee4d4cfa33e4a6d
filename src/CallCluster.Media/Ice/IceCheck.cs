namespace CallCluster.Media.Ice;

/// <summary>What came of a datagram that looks like a connectivity check.</summary>
internal enum IceCheck
{
    /// <summary>Nobody's who knows the password: no answer.</summary>
    Refused,

    /// <summary>The peer's, and needs nothing: a keepalive, or a request that got an error.</summary>
    Settled,

    /// <summary>The peer's, and answered: packets pass both ways between its source and us.</summary>
    Valid,

    /// <summary>As <see cref="Valid"/>, and the peer wants media to take this way.</summary>
    Nominated,
}
