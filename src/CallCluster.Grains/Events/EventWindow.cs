using CallCluster.Contracts.Events;

namespace CallCluster.Grains.Events;

/// <summary>The last entries of a stream, by their numbers. Bounded by number and size: the oldest go first.</summary>
/// <param name="end">Where the stream stands; what comes has the next number.</param>
/// <param name="mostEntries">How many are kept.</param>
/// <param name="mostBytes">How many bytes of data are kept.</param>
public sealed class EventWindow(StreamPosition end, int mostEntries = EventWindow.MostEntries, long mostBytes = EventWindow.MostBytes)
{
    public const int MostEntries = 50_000;
    public const long MostBytes = 32 * 1024 * 1024;

    private readonly Dictionary<long, StreamEntry> _entries = [];
    private long _bytes;

    public StreamPosition End { get; private set; } = end;

    /// <summary>Whether all that came after the place is here.</summary>
    public bool Covers(StreamPosition after) => after.Epoch == End.Epoch && after.Number <= End.Number && after.Number >= End.Number - _entries.Count;

    public void Add(ClusterEvent? happened, StreamGap? gap)
    {
        End = End with { Number = End.Number + 1 };
        _entries.Add(End.Number, new StreamEntry(End.Number, happened, gap));
        _bytes += Size(happened);
        while (_entries.Count > mostEntries || (_bytes > mostBytes && _entries.Count > 1)) Drop(End.Number - _entries.Count + 1);
    }

    /// <summary>At most <paramref name="limit"/> of what came after a place that the window covers.</summary>
    public EventPage After(StreamPosition after, int limit)
    {
        var count = (int)Math.Min(limit, End.Number - after.Number);
        var entries = new StreamEntry[count];
        for (var i = 0; i < count; i++) entries[i] = _entries[after.Number + 1 + i];
        return new EventPage(after with { Number = after.Number + count }, entries, null);
    }

    private void Drop(long number)
    {
        if (_entries.Remove(number, out var entry)) _bytes -= Size(entry.Event);
    }

    private static int Size(ClusterEvent? happened) => happened?.Data.Length ?? 0;
}
