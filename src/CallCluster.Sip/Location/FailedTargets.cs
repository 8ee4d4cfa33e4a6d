namespace CallCluster.Sip.Location;

/// <summary>
/// Servers that failed and are tried last for a while (RFC 3263 §4.3), so that not each request waits for the same silence; for as long as a 503 asked (RFC 3261 §21.5.4).
/// Under the endpoint's lock.
/// </summary>
internal sealed class FailedTargets(TimeProvider time)
{
    private const int MaxTargets = 1000;
    private static readonly TimeSpan Usual = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);
    private readonly Dictionary<SipTarget, (long At, TimeSpan For)> _failed = [];

    internal bool Contains(SipTarget target) => _failed.Count > 0 && _failed.TryGetValue(target, out var failure) && time.GetElapsedTime(failure.At) < failure.For;

    /// <param name="target">What failed.</param>
    /// <param name="retryAfter">For how long it asked to be left alone; null: not at all.</param>
    internal void Add(SipTarget target, TimeSpan? retryAfter)
    {
        if (_failed.Count >= MaxTargets)
            _failed.Clear();
        _failed[target] = (time.GetTimestamp(), retryAfter is { } asked ? (asked < Longest ? asked : Longest) : Usual);
    }

    internal void Remove(SipTarget target)
    {
        if (_failed.Count > 0)
            _failed.Remove(target);
    }
}
