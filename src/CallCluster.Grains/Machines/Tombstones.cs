namespace CallCluster.Grains.Machines;

/// <summary>Names of what has ended, remembered for a time so that a late message does not revive it (PROTOCOL rule 3). Bounded by time and number.</summary>
public sealed class Tombstones(TimeSpan keep, int limit)
{
    private readonly Dictionary<string, long> _versions = [];
    private readonly Queue<(string Name, long Version, DateTimeOffset Until)> _byTime = new();

    public int Count => _versions.Count;

    /// <summary>Remembers that <paramref name="name"/> ended by <paramref name="version"/>; the highest version counts.</summary>
    public void Add(string name, DateTimeOffset now, long version = long.MaxValue)
    {
        Forget(now);
        if (_versions.TryGetValue(name, out var known) && known > version) return;
        _versions[name] = version;
        _byTime.Enqueue((name, version, now + keep));
        while (_byTime.Count > limit) Drop();
    }

    /// <summary>Whether <paramref name="name"/> ended by <paramref name="version"/> or a later one.</summary>
    public bool Contains(string name, DateTimeOffset now, long version = long.MaxValue)
    {
        Forget(now);
        return _versions.TryGetValue(name, out var ended) && ended >= version;
    }

    private void Forget(DateTimeOffset now)
    {
        while (_byTime.TryPeek(out var oldest) && oldest.Until <= now) Drop();
    }

    private void Drop()
    {
        var (name, version, _) = _byTime.Dequeue();
        if (_versions.TryGetValue(name, out var known) && known == version) _versions.Remove(name);
    }
}
