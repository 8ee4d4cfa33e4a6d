using System.Text;
using System.Text.Json.Nodes;

namespace CallCluster.Host.Configuration;

/// <summary>
/// Environment variables named <c>CallCluster__Section__Key</c>: the last word after all files. Text, times and choices are taken as they stand; arrays,
/// numbers, booleans and objects are written in JSON, an array replacing the whole of the one before.
/// </summary>
internal static class EnvironmentOverrides
{
    public const string Prefix = "CallCluster__";

    /// <summary>Merges the variables into <paramref name="document"/>, in the order of their names.</summary>
    public static JsonNode? Apply(JsonNode? document, IEnumerable<KeyValuePair<string, string>> variables, ConfigurationErrors errors)
    {
        var ours = variables.Where(variable => variable.Key.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase));
        foreach (var (name, text) in ours.OrderBy(variable => variable.Key, StringComparer.Ordinal))
        {
            if (!name.StartsWith(Prefix, StringComparison.Ordinal)) errors.BadSource($"environment variable {name}", $"begins with {name[..Prefix.Length]}, may begin with {Prefix}");
            else if (Patch(name, text, errors) is { } patch) document = JsonMergePatch.Apply(document, patch);
        }
        return document;
    }

    private static JsonObject? Patch(string name, string text, ConfigurationErrors errors)
    {
        var keys = name.Split("__");
        if (keys.Any(key => key.Length == 0))
        {
            errors.BadSource($"environment variable {name}", "has an empty key between its underscores");
            return null;
        }
        JsonNode? value = JsonValue.Create(text);
        var type = OptionsShape.TypeAt(typeof(CallClusterOptions), keys.Skip(1));
        var isPlain = type is null || type == typeof(string) || type == typeof(TimeSpan) || type.IsEnum;
        if (!isPlain && !StrictJson.TryParse(Encoding.UTF8.GetBytes(text), $"environment variable {name}", errors, out value)) return null;
        return (JsonObject)keys.Reverse().Aggregate(value, (inner, key) => new JsonObject { [key] = inner })!;
    }
}
