namespace CallCluster.Sip.Tests.Messages;

/// <summary>The torture messages of RFC 4475: CALLCLUSTER_CORPUS, else shared/corpus beside the repository or above it.</summary>
internal static class Rfc4475Corpus
{
    private static readonly string? Folder = Find();

    public static byte[] Read(string name)
    {
        SkipWhenAbsent();
        return File.ReadAllBytes(Path.Combine(Folder!, name + ".dat"));
    }

    public static IEnumerable<(string Name, byte[] Bytes)> ReadAll()
    {
        SkipWhenAbsent();
        return Directory.GetFiles(Folder!, "*.dat").Order(StringComparer.Ordinal).Select(file => (Path.GetFileNameWithoutExtension(file), File.ReadAllBytes(file)));
    }

    private static void SkipWhenAbsent() =>
        Assert.SkipWhen(Folder is null, "The RFC 4475 corpus is not here; set CALLCLUSTER_CORPUS to the directory that holds rfc4475/.");

    private static string? Find()
    {
        if (Environment.GetEnvironmentVariable("CALLCLUSTER_CORPUS") is { Length: > 0 } set)
            return Existing(set);
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            if (Existing(Path.Combine(directory.FullName, "shared", "corpus")) is { } found)
                return found;
        }

        return null;
    }

    private static string? Existing(string corpus)
    {
        var folder = Path.Combine(corpus, "rfc4475");
        return Directory.Exists(folder) ? folder : null;
    }
}
