using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace CallCluster.Host.Tests.Api;

/// <summary>As much of JSON Schema 2020-12 as OpenAPI documents of ASP.NET use. A member that an object's schema does not name is an error too: what clients get is described.</summary>
/// <param name="document">The OpenAPI document, which references lead into.</param>
internal sealed class JsonSchema(JsonNode document)
{
    // RFC 9457 section 3.2: problems may have further members.
    private static readonly string[] Extensible = ["#/components/schemas/ProblemDetails"];

    /// <summary>What is wrong with the value, each with where; none when all is well.</summary>
    public IEnumerable<string> Errors(JsonNode? value, JsonNode schema, string at = "$", bool isOpen = false)
    {
        if ((string?)schema["$ref"] is { } reference) return Errors(value, Resolve(reference), at, Extensible.Contains(reference));
        var alternatives = (schema["oneOf"] ?? schema["anyOf"])?.AsArray();
        if (alternatives is not null) return alternatives.Any(alternative => !Errors(value, alternative!, at).Any()) ? [] : [$"{at}: {Show(value)} fits none of {alternatives.ToJsonString()}"];
        if (Types(schema) is { Length: > 0 } types && !types.Any(type => Is(type, value))) return [$"{at}: {Show(value)} is no {string.Join(" or ", types)}"];
        if (schema["enum"] is JsonArray choices && !choices.Any(choice => JsonNode.DeepEquals(choice, value))) return [$"{at}: {Show(value)} is none of {choices.ToJsonString()}"];
        return value switch
        {
            JsonObject members => OfObject(members, schema, at, isOpen),
            JsonArray items when schema["items"] is { } item => items.SelectMany((one, i) => Errors(one, item, $"{at}[{i}]")),
            JsonValue text when text.GetValueKind() == JsonValueKind.String => OfText((string)text!, schema, at),
            _ => [],
        };
    }

    private IEnumerable<string> OfObject(JsonObject members, JsonNode schema, string at, bool isOpen)
    {
        var properties = schema["properties"] as JsonObject ?? [];
        foreach (var name in schema["required"]?.AsArray().Select(name => (string)name!) ?? [])
            if (!members.ContainsKey(name)) yield return $"{at}: {name} is missing";
        foreach (var (name, value) in members)
        {
            var described = properties[name] ?? (schema["additionalProperties"] is JsonObject further ? further : null);
            if (described is not null)
            {
                foreach (var error in Errors(value, described, $"{at}.{name}")) yield return error;
            }
            else if (!isOpen && properties.Count > 0) yield return $"{at}: {name} is not described";
        }
    }

    private static IEnumerable<string> OfText(string text, JsonNode schema, string at)
    {
        if ((string?)schema["pattern"] is { } pattern && !Regex.IsMatch(text, pattern)) yield return $"{at}: {text} does not match {pattern}";
        if ((string?)schema["format"] == "date-time" && !DateTimeOffset.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out _)) yield return $"{at}: {text} is no date-time";
    }

    private static string[] Types(JsonNode schema) => schema["type"] switch
    {
        JsonArray several => [.. several.Select(type => (string)type!)],
        { } one => [(string)one!],
        null => [],
    };

    private static bool Is(string type, JsonNode? value) => type switch
    {
        "null" => value is null,
        "object" => value is JsonObject,
        "array" => value is JsonArray,
        "string" => value?.GetValueKind() == JsonValueKind.String,
        "boolean" => value?.GetValueKind() is JsonValueKind.True or JsonValueKind.False,
        "integer" => value is JsonValue number && number.GetValueKind() == JsonValueKind.Number && number.TryGetValue<long>(out _),
        "number" => value?.GetValueKind() == JsonValueKind.Number,
        _ => throw new NotSupportedException($"type {type}"),
    };

    private static string Show(JsonNode? value) => value?.ToJsonString() is not { } text ? "null" : text.Length > 80 ? text[..80] + "…" : text;

    private JsonNode Resolve(string reference) => reference.Split('/')[1..].Aggregate(document, (node, part) => node[part] ?? throw new InvalidOperationException($"{reference} leads nowhere"));
}
