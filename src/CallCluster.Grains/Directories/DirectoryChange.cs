namespace CallCluster.Grains.Directories;

/// <summary>An id comes or goes.</summary>
public readonly record struct DirectoryChange(string Id, bool Listed);
