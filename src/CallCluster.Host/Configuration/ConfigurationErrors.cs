using System.Text.Json;
using System.Text.Json.Nodes;

namespace CallCluster.Host.Configuration;

/// <summary>Everything that is wrong with a configuration, one line each: the key's path, what it holds and what it may hold. Never shows a secret.</summary>
internal sealed class ConfigurationErrors
{
    private const int LongestShown = 60;

    /// <summary>The one key of this name that holds keys of a telephone.</summary>
    private const string TelephoneKeys = ":Callback:Key";
    private static readonly JsonSerializerOptions Readable = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private readonly List<string> _lines = [];

    public IReadOnlyList<string> Lines => _lines;

    public bool Any => _lines.Count > 0;

    public void BadJson(string source, long line, long column, string reason) => _lines.Add($"{source}({line},{column}): {reason}");

    public void BadSource(string source, string reason) => _lines.Add($"{source}: {reason}");

    public void Wrong(string path, JsonNode? holds, string mayHold) => _lines.Add($"{path}: holds {Show(path, holds)}, may hold {mayHold}");

    public void Wrong(string path, object holds, string mayHold) => Wrong(path, JsonValue.Create(Convert.ToString(holds, System.Globalization.CultureInfo.InvariantCulture)), mayHold);

    public void Wrong(string path, int holds, string mayHold) => _lines.Add($"{path}: holds {holds}, may hold {mayHold}");

    public void Missing(string path, string mayHold) => _lines.Add($"{path}: is missing, must hold {mayHold}");

    public void Unknown(string path, IEnumerable<string> known) => _lines.Add($"{path}: is no known key, known here are {string.Join(", ", known.Order(StringComparer.Ordinal))}");

    /// <summary>What a later version brings: refused, never accepted and ignored.</summary>
    /// <param name="path">The key.</param>
    /// <param name="holds">The value that is not yet supported; null when it is the key itself.</param>
    /// <param name="mayHold">What this version takes instead; null for nothing.</param>
    public void NotYet(string path, string? holds, string? mayHold = null) =>
        _lines.Add($"{path}: {(holds is null ? "" : $"holds {Show(path, JsonValue.Create(holds))}, ")}not yet supported{(mayHold is null ? ", leave it out" : $", may hold {mayHold}")}");

    private static string Show(string path, JsonNode? value)
    {
        if (IsSecret(path)) return "a value that is not shown";
        return value switch
        {
            null => "null",
            JsonObject => "an object",
            JsonArray => "an array",
            _ => Short(value.ToJsonString(Readable)),
        };
    }

    private static string Short(string json) => json.Length <= LongestShown ? json : $"{json[..LongestShown]}…\" ({json.Length} characters)";

    // Secrets belong into files; whoever wrote one into the configuration all the same shall not find it in a log.
    private static bool IsSecret(string path)
    {
        var key = path.AsSpan(path.LastIndexOf(':') + 1);
        if (key.EndsWith("File", StringComparison.Ordinal)) return false;
        return key.Contains("Password", StringComparison.OrdinalIgnoreCase) || key.Contains("Secret", StringComparison.OrdinalIgnoreCase)
            || (key.EndsWith("Key", StringComparison.OrdinalIgnoreCase) && !path.EndsWith(TelephoneKeys, StringComparison.Ordinal)) || key.Equals("Redis", StringComparison.OrdinalIgnoreCase);
    }
}
