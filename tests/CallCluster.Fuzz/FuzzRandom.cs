using System.Numerics;

namespace CallCluster.Fuzz;

/// <summary>SplitMix64: the same numbers for the same seed and round on each runtime, and cheap to start.</summary>
internal struct FuzzRandom(long seed, long round)
{
    private ulong _state = (ulong)seed ^ BitOperations.RotateLeft((ulong)round * 0xD1B54A32D192ED03, 32);

    /// <summary>A number from 0 to <paramref name="bound"/> - 1.</summary>
    public int Below(int bound)
    {
        _state += 0x9E3779B97F4A7C15;
        var z = _state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return (int)((z ^ (z >> 31)) % (ulong)bound);
    }

    public T Of<T>(IReadOnlyList<T> items) => items[Below(items.Count)];
}
