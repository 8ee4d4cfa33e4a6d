using System.Collections.Concurrent;
using System.Globalization;
using Orleans.Serialization;
using Orleans.Storage;

namespace CallCluster.Grains.Hosting;

/// <summary>
/// Grain storage in this process's memory, for a cluster of one silo: what it keeps is lost exactly when every grain is. States are kept serialised, so that a
/// write is a copy, and a write completes at once, unlike Orleans' memory storage, which keeps states in further grains that outlive a silo.
/// </summary>
internal sealed class ProcessGrainStorage(Serializer serializer) : IGrainStorage
{
    private readonly ConcurrentDictionary<(string Name, GrainId Grain), Stored> _states = new();

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        grainState.RecordExists = _states.TryGetValue((stateName, grainId), out var stored);
        if (stored is not null) grainState.State = serializer.Deserialize<T>(stored.Bytes);
        grainState.ETag = stored?.ETag;
        return Task.CompletedTask;
    }

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var key = (stateName, grainId);
        var version = grainState.ETag is { } tag ? long.Parse(tag, CultureInfo.InvariantCulture) : 0;
        var stored = new Stored(serializer.SerializeToArray(grainState.State), (version + 1).ToString(CultureInfo.InvariantCulture));
        var written = grainState.ETag is null ? _states.TryAdd(key, stored) : _states.TryGetValue(key, out var current) && current.ETag == grainState.ETag && _states.TryUpdate(key, stored, current);
        if (!written) return Task.FromException(new InconsistentStateException($"The state {stateName} of {grainId} was written by another activation."));
        grainState.RecordExists = true;
        grainState.ETag = stored.ETag;
        return Task.CompletedTask;
    }

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        _states.TryRemove((stateName, grainId), out _);
        grainState.RecordExists = false;
        grainState.ETag = null;
        return Task.CompletedTask;
    }

    private sealed record Stored(byte[] Bytes, string ETag);
}
