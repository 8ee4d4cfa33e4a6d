using System.Text.Json;
using System.Text.Json.Nodes;

namespace CallCluster.Host.Configuration;

/// <summary>Reads RFC 8259 JSON: no comments, no trailing commas, no key twice; each fault with its line and column.</summary>
internal ref struct StrictJson
{
    private const int MaxDepth = 32;
    private readonly ReadOnlySpan<byte> _utf8;
    private readonly string _source;
    private readonly ConfigurationErrors _errors;
    private Utf8JsonReader _reader;

    private StrictJson(ReadOnlySpan<byte> utf8, string source, ConfigurationErrors errors)
    {
        _utf8 = utf8;
        _source = source;
        _errors = errors;
        _reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = MaxDepth });
    }

    /// <summary>The document, or null when <paramref name="errors"/> has been told why there is none.</summary>
    /// <param name="utf8">The text; a byte order mark is skipped.</param>
    /// <param name="source">Names the text in errors: a file or an environment variable.</param>
    /// <param name="errors">Told of bad syntax and of keys that occur twice.</param>
    /// <param name="document">The document.</param>
    public static bool TryParse(ReadOnlySpan<byte> utf8, string source, ConfigurationErrors errors, out JsonNode? document)
    {
        document = null;
        if (utf8.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF])) utf8 = utf8[3..];
        var json = new StrictJson(utf8, source, errors);
        try
        {
            json._reader.Read();
            document = json.Value();
            json._reader.Read(); // text after the document is bad JSON
            return true;
        }
        catch (JsonException exception)
        {
            errors.BadJson(source, (exception.LineNumber ?? 0) + 1, (exception.BytePositionInLine ?? 0) + 1, Reason(exception));
            return false;
        }
        catch (InvalidOperationException) // a string that is no Unicode: bad UTF-8 or half a surrogate pair
        {
            var (line, column) = json.Position((int)json._reader.TokenStartIndex);
            errors.BadJson(source, line, column, "this text is no valid Unicode");
            return false;
        }
    }

    private JsonNode? Value()
    {
        switch (_reader.TokenType)
        {
            case JsonTokenType.StartObject:
                var named = new JsonObject();
                while (_reader.Read() && _reader.TokenType == JsonTokenType.PropertyName)
                {
                    var (name, at) = (_reader.GetString()!, _reader.TokenStartIndex);
                    _reader.Read();
                    var value = Value();
                    if (named.TryAdd(name, value)) continue;
                    var (line, column) = Position((int)at);
                    _errors.BadJson(_source, line, column, $"the key \"{name}\" stands twice in one object");
                }
                return named;
            case JsonTokenType.StartArray:
                var list = new JsonArray();
                while (_reader.Read() && _reader.TokenType != JsonTokenType.EndArray) list.Add(Value());
                return list;
            case JsonTokenType.Null:
                return null;
            case JsonTokenType.String:
                return JsonValue.Create(_reader.GetString());
            default:
                return JsonValue.Create(JsonElement.ParseValue(ref _reader));
        }
    }

    private readonly (long Line, long Column) Position(int index)
    {
        var before = _utf8[..index];
        return (before.Count((byte)'\n') + 1, index - before.LastIndexOf((byte)'\n'));
    }

    // System.Text.Json appends " LineNumber: 0 | BytePositionInLine: 1." counted from zero; ours count from one.
    private static string Reason(JsonException exception)
    {
        var text = exception.Message;
        var end = text.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return (end < 0 ? text : text[..end]).TrimEnd('.').ReplaceLineEndings(" ");
    }
}
