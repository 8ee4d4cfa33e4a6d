namespace CallCluster.EndToEnd.Tests;

internal static class TestCollections
{
    /// <summary>Classes that load the machine themselves, or watch times that a neighbour's load would stretch: they run one after the other once all others are done.</summary>
    public const string Alone = "Alone";
}

[CollectionDefinition(TestCollections.Alone, DisableParallelization = true)]
public sealed class AloneCollection;
