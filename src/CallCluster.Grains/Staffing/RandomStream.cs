namespace CallCluster.Grains.Staffing;

/// <summary>Random numbers that are the same for a seed on every machine and every runtime (SplitMix64). Each purpose has a stream of its own, so that a change to one leaves the others as they were.</summary>
public sealed class RandomStream
{
    private ulong _state;

    public RandomStream(int seed, string purpose)
    {
        // FNV-1a: a string's own hash differs from process to process.
        _state = 14695981039346656037;
        foreach (var character in purpose) _state = (_state ^ character) * 1099511628211;
        _state ^= (ulong)seed * 0x9E3779B97F4A7C15;
        Next();
    }

    /// <summary>Above 0, at most 1.</summary>
    public double NextUnit() => ((Next() >> 11) + 1) * (1.0 / (1UL << 53));

    /// <summary>Exponential with mean 1.</summary>
    public double NextExponential() => -Math.Log(NextUnit());

    /// <summary>Normal with mean 0 and variance 1 (Box and Muller).</summary>
    public double NextNormal() => Math.Sqrt(2 * NextExponential()) * Math.Cos(2 * Math.PI * NextUnit());

    private ulong Next()
    {
        var mixed = _state += 0x9E3779B97F4A7C15;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return mixed ^ (mixed >> 31);
    }
}
