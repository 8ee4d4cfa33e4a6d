using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using CallCluster.Edge.Secrets;
using CallCluster.Contracts.Configuration;

namespace CallCluster.Host.Configuration;

/// <summary>
/// Turns JSON into option records by their shape. Tells every key that is unknown, missing or of the wrong type and goes on with the default, so that all
/// errors come at once. JSON null means 'not there' (RFC 7396). What a value may mean beyond its type is said by <see cref="ConfigurationRules"/>.
/// </summary>
internal sealed class OptionsBinder(ConfigurationErrors errors, string baseDirectory)
{
    /// <summary>Binds a section; never null.</summary>
    public T Section<T>(JsonNode? node, string path) where T : class => (T)Section(typeof(T), node as JsonObject ?? [], path);

    private object? Bind(Type type, JsonNode node, string path)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type == typeof(string)) return Text(node, path);
        if (type == typeof(bool)) return node.GetValueKind() switch { JsonValueKind.True => true, JsonValueKind.False => false, _ => Wrong(node, path, "true or false") };
        if (type == typeof(int)) return Number(node, path);
        if (type == typeof(TimeSpan)) return Duration(node, path);
        if (type.IsEnum) return Choice(type, node, path);
        if (OptionsShape.ListOf(type) is { } element) return List(element, node, path);
        if (OptionsShape.NamedOf(type) is { } value) return Named(value, node, path);
        if (type == typeof(AgentQueueOptions) && node.GetValueKind() == JsonValueKind.String) return new AgentQueueOptions { Name = (string?)Text(node, path) ?? "" };
        if (type == typeof(ListenerOptions) && node.GetValueKind() == JsonValueKind.String) return Text(node, path) is string address ? new ListenerOptions { Address = address } : null;
        if (node is not JsonObject section) return Wrong(node, path, $"an object with the keys {string.Join(", ", OptionsShape.Keys(type).Keys)}");
        return type == typeof(OverflowOptions) ? Overflow(section, path) : Section(type, section, path);
    }

    private object Section(Type type, JsonObject section, string path)
    {
        var instance = Activator.CreateInstance(type)!;
        var keys = OptionsShape.Keys(type);
        foreach (var (key, value) in section)
        {
            if (keys.ContainsKey(key)) continue;
            if (value is not null && LaterKeys.Find($"{path}:{key}")) errors.NotYet($"{path}:{key}", null);
            else if (value is not null || !LaterKeys.Find($"{path}:{key}")) errors.Unknown($"{path}:{key}", keys.Keys);
        }
        foreach (var (key, property) in keys)
        {
            var (node, keyPath) = (section[key], $"{path}:{key}");
            var value = node is null ? Default(instance, property, keyPath) : Bind(property.PropertyType, node, keyPath);
            if (value is null) continue;
            property.SetValue(instance, OptionsShape.IsPath(property) ? FullPath(property, (string)value, keyPath) : value);
        }
        return instance;
    }

    // Sections that are absent are bound all the same: the paths among their defaults are relative, too.
    private object? Default(object instance, PropertyInfo property, string path)
    {
        if (OptionsShape.IsRequired(property))
        {
            errors.Missing(path, "a value");
            return null;
        }
        var value = property.GetValue(instance);
        if (value is not null && OptionsShape.IsSection(property.PropertyType)) return Section(property.PropertyType, [], path);
        return OptionsShape.IsPath(property) ? value : null;
    }

    private string FullPath(PropertyInfo property, string value, string path)
    {
        var file = Path.GetFullPath(value, baseDirectory);
        if (OptionsShape.IsSecretFile(property) && SecretFile.Fault(file) is { } fault) errors.Wrong(path, value, $"the path of a file with one line of text: {file} {fault}");
        return file;
    }

    private object? Text(JsonNode node, string path)
    {
        if (node.GetValueKind() != JsonValueKind.String) return Wrong(node, path, "a text");
        var text = node.GetValue<string>();
        return text.Length is > 0 and <= 1000 && !text.Any(char.IsControl) ? text : Wrong(node, path, "a text of 1 to 1000 printable characters");
    }

    private object? Number(JsonNode node, string path) =>
        node is JsonValue value && node.GetValueKind() == JsonValueKind.Number && value.TryGetValue<int>(out var number) ? number : Wrong(node, path, "a whole number");

    // A bare "10" would be ten days.
    private object? Duration(JsonNode node, string path) =>
        node.GetValueKind() == JsonValueKind.String && node.GetValue<string>() is var text && text.Contains(':', StringComparison.Ordinal)
            && TimeSpan.TryParseExact(text, "c", CultureInfo.InvariantCulture, out var time) && time >= TimeSpan.Zero
            ? time : Wrong(node, path, "a time such as \"00:00:30\" (hours:minutes:seconds)");

    private object? Choice(Type type, JsonNode node, string path)
    {
        var text = node.GetValueKind() == JsonValueKind.String ? node.GetValue<string>() : null;
        if (text is not null && Enum.GetNames(type).Contains(text, StringComparer.Ordinal)) return Enum.Parse(type, text);
        return Wrong(node, path, string.Join(", ", Enum.GetNames(type)));
    }

    private object? List(Type element, JsonNode node, string path)
    {
        if (node is not JsonArray array) return Wrong(node, path, "an array");
        var list = (IList)Activator.CreateInstance(typeof(List<>).MakeGenericType(element))!;
        for (var i = 0; i < array.Count; i++)
        {
            if (array[i] is not { } item) errors.Wrong($"{path}:{i}", (JsonNode?)null, "a value");
            else if (Bind(element, item, $"{path}:{i}") is { } value) list.Add(value);
        }
        return list;
    }

    private object? Named(Type type, JsonNode node, string path)
    {
        if (type == typeof(ListenerOptions) && node.GetValueKind() == JsonValueKind.String) return Text(node, path) is string address ? new ListenerOptions { Address = address } : null;
        if (node is not JsonObject section) return Wrong(node, path, "an object with a name for each entry");
        var named = (IDictionary)Activator.CreateInstance(typeof(Dictionary<,>).MakeGenericType(typeof(string), type), StringComparer.Ordinal)!;
        foreach (var (name, item) in section)
        {
            if (item is not null && Bind(type, item, $"{path}:{name}") is { } value) named.Add(name, value);
        }
        return named;
    }

    // Over is a time for Waited and a number for Length; which of them fits is the rules' to say.
    private OverflowOptions Overflow(JsonObject section, string path)
    {
        var keys = (JsonObject)section.DeepClone();
        foreach (var hidden in (ReadOnlySpan<string>)[nameof(OverflowOptions.OverTime), nameof(OverflowOptions.OverLength)])
        {
            if (keys.Remove(hidden)) errors.Unknown($"{path}:{hidden}", ["When", "Over", "To"]);
        }
        keys.Remove("Over", out var over);
        var rule = Section<OverflowOptions>(keys, path);
        var isKnown = keys["When"] is JsonValue when && when.TryGetValue<string>(out var text) && Enum.GetNames<OverflowCondition>().Contains(text, StringComparer.Ordinal);
        return over?.GetValueKind() switch
        {
            null => rule,
            _ when !isKnown => rule,
            JsonValueKind.Number => rule with { OverLength = (int?)Number(over, $"{path}:Over") },
            _ => rule with { OverTime = (TimeSpan?)Duration(over, $"{path}:Over") },
        };
    }

    private object? Wrong(JsonNode node, string path, string mayHold)
    {
        errors.Wrong(path, node, mayHold);
        return null;
    }
}
