namespace CallCluster.Grains.Tests.Simulation;

/// <summary>A seed broke an invariant; the message says which and how to play it again.</summary>
internal sealed class InvariantBrokenException(int seed, string invariant, string how, string history)
    : Exception($"Seed {seed} breaks '{invariant}': {how}\nPlay it again: CALLCLUSTER_SEED={seed} dotnet run --project tests/CallCluster.Grains.Tests -- -class \"*SimulationTests\"")
{
    public int Seed { get; } = seed;

    public string Invariant { get; } = invariant;

    /// <summary>Every message that arrived, with its time.</summary>
    public string History { get; } = history;
}
