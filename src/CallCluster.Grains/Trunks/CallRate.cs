namespace CallCluster.Grains.Trunks;

/// <summary>Calls that began within the last second, against a limit. Bounded by the limit.</summary>
internal sealed class CallRate
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(1);
    private readonly Queue<DateTimeOffset> _begun = new();

    /// <summary>Notes one more call; false when it would be one too many. Without a limit nothing is noted.</summary>
    public bool TryBegin(int? perSecond, DateTimeOffset now)
    {
        while (_begun.TryPeek(out var oldest) && oldest + Window <= now) _begun.Dequeue();
        if (perSecond is not { } limit) return true;
        if (_begun.Count >= limit) return false;
        _begun.Enqueue(now);
        return true;
    }
}
