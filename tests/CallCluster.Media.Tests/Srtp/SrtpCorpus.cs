using System.Text.Json;

namespace CallCluster.Media.Tests.Srtp;

/// <summary>The vectors of srtp/vectors.json: CALLCLUSTER_CORPUS, else shared/corpus beside the repository or above it. Tests that need them are skipped where they are not.</summary>
internal static class SrtpCorpus
{
    private static readonly string? File = Find();

    /// <summary>The bytes of a hexadecimal value.</summary>
    public static byte[] Bytes(string section, string name) => Convert.FromHexString(Section(section).GetProperty(name).GetString()!);

    public static JsonElement Section(string section)
    {
        Assert.SkipWhen(File is null, "The SRTP vectors are not here; set CALLCLUSTER_CORPUS to the directory that holds srtp/vectors.json.");
        using var document = JsonDocument.Parse(System.IO.File.ReadAllText(File!));
        return document.RootElement.GetProperty(section).Clone();
    }

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

    private static string? Existing(string corpus) => Path.Combine(corpus, "srtp", "vectors.json") is var file && System.IO.File.Exists(file) ? file : null;
}
