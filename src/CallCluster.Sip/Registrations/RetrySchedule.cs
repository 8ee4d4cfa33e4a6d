namespace CallCluster.Sip.Registrations;

/// <summary>
/// When a failed registration is tried again: ever later up to a bound, by chance within the second half of the wait (RFC 5626 §4.5), so that those who failed together do
/// not come back together. A registrar's Retry-After is obeyed.
/// </summary>
public sealed class RetrySchedule(Random random)
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    /// <summary>A registrar cannot put us off for longer.</summary>
    private static readonly TimeSpan LongestAsked = TimeSpan.FromHours(1);
    private int _failures;

    public void Succeeded() => _failures = 0;

    /// <param name="retryAfter">What the registrar asked for; null for nothing.</param>
    public TimeSpan Failed(TimeSpan? retryAfter)
    {
        var wait = First * Math.Pow(2, Math.Min(_failures++, 10));
        if (wait > Longest) wait = Longest;
        wait *= 0.5 + (random.NextDouble() / 2);
        if (retryAfter is not { } asked) return wait;
        if (asked > LongestAsked) asked = LongestAsked;
        return asked > wait ? asked * (1 + (random.NextDouble() / 10)) : wait;
    }
}
