using System.Text.Json.Nodes;

namespace CallCluster.Host.Configuration;

/// <summary>Reads the configuration from its files and the environment (DESIGN section 7).</summary>
/// <param name="files">JSON files, each a merge patch (RFC 7396) over those before it.</param>
/// <param name="environment">Variables, read after the files.</param>
internal sealed class ConfigurationReader(IReadOnlyList<string> files, IReadOnlyList<KeyValuePair<string, string>> environment)
{
    private const int LongestFile = 64 * 1024 * 1024;

    public IReadOnlyList<string> Files { get; } = [.. files.Select(Path.GetFullPath)];

    /// <summary>The variables of this process.</summary>
    public static ConfigurationReader WithEnvironment(IReadOnlyList<string> files)
    {
        var variables = Environment.GetEnvironmentVariables();
        return new ConfigurationReader(files, [.. variables.Keys.Cast<string>().Select(name => KeyValuePair.Create(name, (string?)variables[name] ?? ""))]);
    }

    /// <summary>Reads everything anew.</summary>
    /// <param name="errors">All that is wrong; empty when the result may be used.</param>
    public CallClusterOptions Read(out ConfigurationErrors errors)
    {
        errors = new ConfigurationErrors();
        JsonNode? document = null;
        foreach (var file in Files)
        {
            if (!TryLoad(file, errors, out var patch)) continue;
            if (patch is not JsonObject) errors.BadSource(file, "may hold an object with the key CallCluster");
            else document = document is null ? patch : JsonMergePatch.Apply(document, patch);
        }
        document = EnvironmentOverrides.Apply(document, environment, errors);

        var root = document as JsonObject ?? [];
        foreach (var key in root.Select(entry => entry.Key).Where(key => key != "CallCluster")) errors.Unknown(key, ["CallCluster"]);
        if (root["CallCluster"] is { } node and not JsonObject) errors.Wrong("CallCluster", node, "an object");

        var options = new OptionsBinder(errors, BaseDirectory).Section<CallClusterOptions>(root["CallCluster"], "CallCluster");
        new ConfigurationRules(options, errors).Check();
        return options;
    }

    /// <summary>What relative paths in the configuration are relative to.</summary>
    private string BaseDirectory => Files.Count > 0 ? Path.GetDirectoryName(Files[0])! : Environment.CurrentDirectory;

    private static bool TryLoad(string file, ConfigurationErrors errors, out JsonNode? document)
    {
        document = null;
        try
        {
            if (new FileInfo(file) is { Exists: true, Length: > LongestFile })
            {
                errors.BadSource(file, $"is longer than {LongestFile} bytes");
                return false;
            }
            return StrictJson.TryParse(File.ReadAllBytes(file), file, errors, out document);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            errors.BadSource(file, exception is FileNotFoundException or DirectoryNotFoundException ? "is not there" : "cannot be read");
            return false;
        }
    }
}
