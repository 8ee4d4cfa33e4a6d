using CallCluster.Contracts.Events;
using CallCluster.Grains.Machines;

namespace CallCluster.Grains.Events;

/// <summary>
/// The cluster's stream: puts what the silos tell in one order, keeps the last of it, and says where something is missing. While nobody has listened for long nothing is kept, and silos make no events.
/// </summary>
public sealed class EventStream
{
    /// <summary>A silo speaks at least once a second; as long as the cluster takes to notice that one is dead.</summary>
    public static readonly TimeSpan FeedSilence = TimeSpan.FromSeconds(10);

    /// <summary>How long after the last one who listens may come back and find all.</summary>
    public static readonly TimeSpan WantedFor = TimeSpan.FromMinutes(5);

    /// <summary>Until then every silo has heard that somebody listens: before, the stream does not begin.</summary>
    public static readonly TimeSpan HeardWithin = TimeSpan.FromMilliseconds(1500);

    /// <summary>Owners tell again what they do not know to be told (PROTOCOL rule 21).</summary>
    private readonly Tombstones _told = new(TimeSpan.FromMinutes(10), EventWindow.MostEntries);
    private readonly Dictionary<string, Feed> _feeds = [];
    private EventWindow? _window;
    private DateTimeOffset _wantedUntil;
    private DateTimeOffset _beginsAt;

    /// <summary>Takes a silo's batch; true when somebody listens.</summary>
    public bool Append(EventBatch batch, DateTimeOffset now)
    {
        Forget(now);
        if (_feeds.TryGetValue(batch.Feed, out var feed) && batch.Number <= feed.Last) return _window is not null;
        if (batch.IsLast) _feeds.Remove(batch.Feed);
        else _feeds[batch.Feed] = new Feed(batch.Number, now);
        if (_window is null) return false;
        if (batch.HasLost) _window.Add(null, StreamGap.Dropped);
        foreach (var happened in batch.Events)
        {
            if (_told.Contains(happened.Id, now)) continue;
            _told.Add(happened.Id, now);
            _window.Add(happened, null);
        }
        return true;
    }

    /// <summary>What comes after a place; null when nothing has come there yet, or the stream has not begun.</summary>
    public EventPage? Read(StreamPosition? after, int limit, DateTimeOffset now)
    {
        Forget(now);
        _wantedUntil = now + WantedFor;
        if (_window is null)
        {
            _window = new EventWindow(new StreamPosition(now.UtcTicks, 0));
            _beginsAt = now + HeardWithin;
        }
        if (now < _beginsAt) return null;
        if (after is not { } place) return Here(null);
        if (!_window.Covers(place)) return Here(place.Epoch == _window.End.Epoch ? StreamGap.TooOld : StreamGap.Restarted);
        return place == _window.End ? null : _window.After(place, limit);

        EventPage Here(StreamGap? gap) => new(_window.End, [], gap);
    }

    /// <summary>The end of a wait in which nothing came: the same place, or <c>default</c> while the stream has not begun.</summary>
    public static EventPage Nothing(StreamPosition? after) => new(after ?? default, [], null);

    private void Forget(DateTimeOffset now)
    {
        if (_wantedUntil < now) _window = null;
        foreach (var (name, feed) in _feeds)
        {
            if (feed.HeardAt + FeedSilence >= now) continue;
            _feeds.Remove(name);
            _window?.Add(null, StreamGap.SiloLost);
        }
    }

    private readonly record struct Feed(long Last, DateTimeOffset HeardAt);
}
