using CallCluster.Contracts.Idempotency;

namespace CallCluster.Grains.Idempotency;

/// <summary>The writes that one key of the API has made of late. Bounded by time and number: the oldest are forgotten first.</summary>
public sealed class IdempotencyLedger
{
    /// <summary>How long an answer is kept.</summary>
    public static readonly TimeSpan Keep = TimeSpan.FromHours(1);

    /// <summary>A write that has not been answered for so long died with its process: the next try makes it.</summary>
    public static readonly TimeSpan UnderWayFor = TimeSpan.FromSeconds(30);

    public const int Most = 5000;

    private readonly Dictionary<string, Entry> _entries = [];
    private readonly Queue<(string Key, Entry Entry)> _byTime = new();

    public int Count => _entries.Count;

    /// <summary>As <see cref="IIdempotencyGrain.Begin"/>.</summary>
    public IdempotentWrite Begin(string key, string request, DateTimeOffset now)
    {
        Forget(now);
        if (_entries.TryGetValue(key, out var known))
        {
            if (known.Request != request) return new IdempotentWrite(IdempotentWriteState.OtherRequest) { Claim = known.BegunAt };
            if (known.Answer is { } answer) return new IdempotentWrite(IdempotentWriteState.Made, answer) { Claim = known.BegunAt };
            if (now - known.BegunAt < UnderWayFor) return new IdempotentWrite(IdempotentWriteState.UnderWay) { Claim = known.BegunAt };
        }

        var entry = new Entry(request, now);
        _entries[key] = entry;
        _byTime.Enqueue((key, entry));
        while (_byTime.Count > Most) Drop();
        return new IdempotentWrite(IdempotentWriteState.New) { Claim = now };
    }

    /// <summary>As <see cref="IIdempotencyGrain.End"/>.</summary>
    public void End(string key, DateTimeOffset claim, StoredAnswer? answer)
    {
        // A try that took too long: the next one makes the write, and its answer counts.
        if (!_entries.TryGetValue(key, out var entry) || entry.BegunAt != claim) return;
        if (answer is null) _entries.Remove(key);
        else entry.Answer = answer;
    }

    private void Forget(DateTimeOffset now)
    {
        while (_byTime.TryPeek(out var oldest) && oldest.Entry.BegunAt + Keep <= now) Drop();
    }

    private void Drop()
    {
        var (key, entry) = _byTime.Dequeue();
        // A later try may stand under the same key.
        if (_entries.TryGetValue(key, out var known) && ReferenceEquals(known, entry)) _entries.Remove(key);
    }

    private sealed class Entry(string request, DateTimeOffset begunAt)
    {
        public string Request { get; } = request;

        public DateTimeOffset BegunAt { get; } = begunAt;

        public StoredAnswer? Answer { get; set; }
    }
}
