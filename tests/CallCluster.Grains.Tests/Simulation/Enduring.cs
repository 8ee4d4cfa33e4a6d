namespace CallCluster.Grains.Tests.Simulation;

/// <summary>Since when things that should not last are so, as seen in samples: one that a sample does not meet is forgotten.</summary>
internal sealed class Enduring
{
    private Dictionary<string, DateTimeOffset> _before = [];
    private Dictionary<string, DateTimeOffset> _met = [];

    public void BeginSample()
    {
        (_before, _met) = (_met, _before);
        _met.Clear();
    }

    /// <summary>It is so now; since when without a break.</summary>
    public DateTimeOffset Meet(string what, DateTimeOffset now) => _met[what] = _before.GetValueOrDefault(what, now);
}
