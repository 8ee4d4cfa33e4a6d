using System.Numerics;

namespace CallCluster.Media.Engine;

/// <summary>Timers of one thread at a resolution of 1 ms: arm, disarm and fire cost the same however many there are, and arming allocates nothing.</summary>
internal sealed class TimerWheel
{
    private const int Slots = 8192;
    private readonly TimerEntry?[] _heads = new TimerEntry?[Slots];
    private readonly ulong[] _occupied = new ulong[Slots / 64];
    private readonly Action<Exception> _onFault;
    private long _now;

    /// <summary>A wheel whose time starts at <paramref name="nowMilliseconds"/>.</summary>
    /// <param name="nowMilliseconds">The time.</param>
    /// <param name="onFault">Told what an entry threw; the others fire all the same.</param>
    public TimerWheel(long nowMilliseconds, Action<Exception> onFault)
    {
        _now = nowMilliseconds;
        _onFault = onFault;
    }

    /// <summary>Sets the entry to fire at <paramref name="dueMilliseconds"/>; what is past fires at the next <see cref="Advance"/>.</summary>
    public void Arm(TimerEntry entry, long dueMilliseconds)
    {
        Disarm(entry);
        entry.Due = dueMilliseconds;
        // What lies beyond one turn waits in the last slot and is placed again from there.
        var slot = (int)(Math.Clamp(dueMilliseconds, _now + 1, _now + Slots - 1) % Slots);
        entry.Slot = slot;
        entry.Previous = null;
        entry.Next = _heads[slot];
        if (entry.Next is { } next)
            next.Previous = entry;
        _heads[slot] = entry;
        _occupied[slot >> 6] |= 1UL << slot;
    }

    /// <summary>Takes the entry out; nothing when it is not armed.</summary>
    public void Disarm(TimerEntry entry)
    {
        if (entry.Slot < 0)
            return;
        if (entry.Previous is { } previous)
            previous.Next = entry.Next;
        else
            _heads[entry.Slot] = entry.Next;
        if (entry.Next is { } next)
            next.Previous = entry.Previous;
        if (_heads[entry.Slot] is null)
            _occupied[entry.Slot >> 6] &= ~(1UL << entry.Slot);
        entry.Next = entry.Previous = null;
        entry.Slot = -1;
    }

    /// <summary>Fires all that is due at <paramref name="nowMilliseconds"/>.</summary>
    public void Advance(long nowMilliseconds, long nowMicroseconds)
    {
        while (_now < nowMilliseconds)
        {
            var wait = SlotsToNext();
            if (wait < 0 || _now + wait > nowMilliseconds)
            {
                _now = nowMilliseconds;
                return;
            }
            _now += wait;
            var slot = (int)(_now % Slots);
            // An entry armed again while firing lands in a later slot, so that this ends.
            while (_heads[slot] is { } entry)
            {
                Disarm(entry);
                if (entry.Due > _now)
                    Arm(entry, entry.Due);
                else
                    Fire(entry, nowMicroseconds);
            }
        }
    }

    private void Fire(TimerEntry entry, long nowMicroseconds)
    {
        try
        {
            entry.Fire(nowMicroseconds);
        }
        catch (Exception e)
        {
            _onFault(e);
        }
    }

    /// <summary>Milliseconds from the last <see cref="Advance"/> until the next timer may be due; -1 when none is armed.</summary>
    public int SlotsToNext()
    {
        var start = (int)((_now + 1) % Slots);
        var word = start >> 6;
        var bits = _occupied[word] & (ulong.MaxValue << start);
        for (var i = 0; i <= _occupied.Length; i++)
        {
            if (bits != 0)
            {
                var slot = (word << 6) + BitOperations.TrailingZeroCount(bits);
                return (slot - start + Slots) % Slots + 1;
            }
            word = (word + 1) % _occupied.Length;
            bits = _occupied[word];
        }
        return -1;
    }
}
