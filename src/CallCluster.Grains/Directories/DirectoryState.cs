namespace CallCluster.Grains.Directories;

/// <summary>The ids of one kind of thing.</summary>
[GenerateSerializer, Alias("DirectoryState")]
public sealed class DirectoryState
{
    /// <summary>Oldest first.</summary>
    [Id(0)] public List<string> Ids { get; set; } = [];
}
