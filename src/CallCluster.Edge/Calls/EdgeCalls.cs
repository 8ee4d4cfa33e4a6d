using System.Collections.Concurrent;

namespace CallCluster.Edge.Calls;

/// <summary>The calls that this edge carries, and which came and went since the last heartbeat.</summary>
internal sealed class EdgeCalls
{
    private readonly ConcurrentDictionary<string, EdgeCall> _calls = new(StringComparer.Ordinal);
    private readonly Lock _changesLock = new();
    private List<string> _started = [];
    private List<string> _ended = [];

    public int Count => _calls.Count;

    public bool TryAdd(EdgeCall call)
    {
        if (!_calls.TryAdd(call.Id, call)) return false;
        lock (_changesLock) _started.Add(call.Id);
        return true;
    }

    public void Remove(EdgeCall call)
    {
        if (!_calls.TryRemove(new KeyValuePair<string, EdgeCall>(call.Id, call))) return;
        lock (_changesLock) _ended.Add(call.Id);
    }

    public EdgeCall? Find(string callId) => _calls.GetValueOrDefault(callId);

    public ICollection<EdgeCall> All() => _calls.Values;

    /// <summary>Takes what changed since the last take; with <paramref name="full"/> the ids of all calls instead.</summary>
    public (string[] Started, string[] Ended) TakeChanges(bool full)
    {
        lock (_changesLock)
        {
            var (started, ended) = (_started, _ended);
            _started = [];
            _ended = [];
            // One that ended may have begun again, at a higher epoch.
            return full ? ([.. _calls.Keys], []) : ([.. started], [.. ended.Where(id => !_calls.ContainsKey(id))]);
        }
    }
}
