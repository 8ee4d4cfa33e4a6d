namespace CallCluster.Sip.UserAgents;

/// <summary>A 503 to an INVITE that would begin a call.</summary>
/// <param name="Reason">The reason phrase.</param>
/// <param name="RetryAfter">When the peer may try again (RFC 3261 §20.33); spread it, else all return at once.</param>
public readonly record struct NewCallRefusal(string Reason, TimeSpan RetryAfter);
