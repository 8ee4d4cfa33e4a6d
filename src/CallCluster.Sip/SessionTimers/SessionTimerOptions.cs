namespace CallCluster.Sip.SessionTimers;

/// <summary>How long a session lasts without a refresh (RFC 4028).</summary>
public sealed record SessionTimerOptions
{
    /// <summary>What we ask for, and the most that we agree to; whole seconds.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>The least that we agree to: shorter ones get 422. RFC 4028 §5 allows no less than 90 seconds.</summary>
    public TimeSpan Minimum { get; init; } = TimeSpan.FromSeconds(90);
}
