using System.Collections.Concurrent;
using System.Globalization;
using CallCluster.Contracts.Queues;

namespace CallCluster.Benchmarks.Queues;

/// <summary>Who calls next, who waits, and how many calls were answered.</summary>
internal sealed class SimulatedArrivals
{
    private readonly ConcurrentDictionary<string, DateTimeOffset> _waiting = new();
    private long _callers;
    private long _answered;

    public long Answered => Interlocked.Read(ref _answered);

    /// <summary>False for a call that was answered before: an agent repeats what is not acknowledged in time.</summary>
    public bool TryAnswer(string callId)
    {
        if (!_waiting.TryRemove(callId, out _)) return false;
        Interlocked.Increment(ref _answered);
        return true;
    }

    public Enqueue Next(DateTimeOffset now)
    {
        var caller = Interlocked.Increment(ref _callers);
        var callId = string.Create(CultureInfo.InvariantCulture, $"call{caller}");
        _waiting[callId] = now;
        return new Enqueue(callId, 1, caller, now - SkilledCentre.LongWait, [], "+1555");
    }
}
