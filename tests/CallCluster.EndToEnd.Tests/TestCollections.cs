namespace CallCluster.EndToEnd.Tests;

internal static class TestCollections
{
    /// <summary>Tests that mostly wait for the clock; they run beside all others, which run one after the other.</summary>
    public const string Waiting = "Waiting";
}
