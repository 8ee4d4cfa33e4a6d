namespace CallCluster.EndToEnd.Tests.Architecture;

/// <summary>Where the sources are.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    private static string Find()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
            if (File.Exists(Path.Combine(directory.FullName, "CallCluster.sln"))) return directory.FullName;
        throw new DirectoryNotFoundException($"CallCluster.sln is in no directory above {AppContext.BaseDirectory}.");
    }
}
