namespace CallCluster.Sip.Transactions;

/// <summary>The values that timers A to M are made of (RFC 3261 table 4).</summary>
internal sealed record TransactionTimings(TimeSpan T1, TimeSpan T2, TimeSpan T4, TimeSpan TryingAfter)
{
    internal TimeSpan TimerD { get; } = T1 * 64 > TimeSpan.FromSeconds(32) ? T1 * 64 : TimeSpan.FromSeconds(32);
}
