using CallCluster.Contracts.Configuration;

namespace CallCluster.Grains.Queues;

/// <summary>The places of those who hung up while they waited, by their numbers, for whoever of them rings again in time. Bounded by time and number; gone with the queue's activation.</summary>
public sealed class KeptPlaces
{
    public const int Limit = 10_000;

    private readonly Dictionary<string, Kept> _byNumber = [];
    private readonly Queue<(string Number, Kept Kept)> _byTime = new();

    public int Count => _byNumber.Count;

    /// <summary>Keeps the place of a caller who has hung up; a number that hides who called keeps none.</summary>
    public void Keep(string number, long place, DateTimeOffset now, DateTimeOffset until)
    {
        if (!OutboundTarget.IsNumber(number)) return;
        Forget(now);
        var kept = new Kept(place, until);
        _byNumber[number] = kept;
        _byTime.Enqueue((number, kept));
        while (_byTime.Count > Limit) Drop();
    }

    /// <summary>The place that is kept for the number, if it is before <paramref name="place"/>: for the first call that asks, and for that one again and again.</summary>
    public long? For(string number, string callId, long place, DateTimeOffset now)
    {
        Forget(now);
        if (!_byNumber.TryGetValue(number, out var kept) || kept.Place >= place || (kept.CallId ??= callId) != callId) return null;
        return kept.Place;
    }

    private void Forget(DateTimeOffset now)
    {
        while (_byTime.TryPeek(out var oldest) && oldest.Kept.Until <= now) Drop();
    }

    private void Drop()
    {
        var (number, kept) = _byTime.Dequeue();
        if (_byNumber.GetValueOrDefault(number) == kept) _byNumber.Remove(number);
    }

    private sealed class Kept(long place, DateTimeOffset until)
    {
        public long Place { get; } = place;

        public DateTimeOffset Until { get; } = until;

        /// <summary>Who has it.</summary>
        public string? CallId { get; set; }
    }
}
