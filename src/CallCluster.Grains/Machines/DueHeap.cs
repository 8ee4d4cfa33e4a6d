namespace CallCluster.Grains.Machines;

/// <summary>Something that falls due; in at most one <see cref="DueHeap{T}"/> at a time.</summary>
public abstract class DueItem
{
    /// <summary>When; change it only by <see cref="DueHeap{T}.Set"/>.</summary>
    public DateTimeOffset DueAt { get; internal set; }

    internal int Index { get; set; } = -1;
}

/// <summary>
/// The next-due heap that drives all timers of a machine (PROTOCOL rule 13): setting, moving and removing cost O(log n) and leave nothing behind.
/// </summary>
public sealed class DueHeap<T>
    where T : DueItem
{
    private readonly List<T> _items = [];

    public int Count => _items.Count;

    /// <summary>The item due next; null when there is none.</summary>
    public T? First => _items.Count == 0 ? null : _items[0];

    public DateTimeOffset? NextDue => _items.Count == 0 ? null : _items[0].DueAt;

    /// <summary>Puts the item at <paramref name="due"/>, or moves it there; null removes it.</summary>
    public void Set(T item, DateTimeOffset? due)
    {
        if (due is not { } at)
        {
            Remove(item);
            return;
        }

        if (item.Index < 0)
        {
            item.DueAt = at;
            _items.Add(item);
            Up(item, _items.Count - 1);
        }
        else if (at < item.DueAt)
        {
            item.DueAt = at;
            Up(item, item.Index);
        }
        else
        {
            item.DueAt = at;
            Down(item, item.Index);
        }
    }

    public void Remove(T item)
    {
        var index = item.Index;
        if (index < 0) return;
        item.Index = -1;
        var last = _items[^1];
        _items.RemoveAt(_items.Count - 1);
        if (ReferenceEquals(last, item)) return;
        if (index > 0 && last.DueAt < _items[(index - 1) / 2].DueAt) Up(last, index);
        else Down(last, index);
    }

    private void Up(T item, int index)
    {
        while (index > 0)
        {
            var parent = _items[(index - 1) / 2];
            if (parent.DueAt <= item.DueAt) break;
            Place(parent, index);
            index = (index - 1) / 2;
        }

        Place(item, index);
    }

    private void Down(T item, int index)
    {
        while ((2 * index) + 1 is var child && child < _items.Count)
        {
            if (child + 1 < _items.Count && _items[child + 1].DueAt < _items[child].DueAt) child++;
            if (_items[child].DueAt >= item.DueAt) break;
            Place(_items[child], index);
            index = child;
        }

        Place(item, index);
    }

    private void Place(T item, int index)
    {
        _items[index] = item;
        item.Index = index;
    }
}
