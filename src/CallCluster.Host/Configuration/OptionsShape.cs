using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace CallCluster.Host.Configuration;

/// <summary>What the option types say about the configuration: which keys an object has and what stands under them.</summary>
internal static class OptionsShape
{
    private static readonly ConcurrentDictionary<Type, IReadOnlyDictionary<string, PropertyInfo>> Known = new();

    /// <summary>The keys of an options record; empty for what is no record of ours.</summary>
    public static IReadOnlyDictionary<string, PropertyInfo> Keys(Type type) => Known.GetOrAdd(type, static type =>
        IsSection(type) ? type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.CanWrite).ToDictionary(property => property.Name, StringComparer.Ordinal)
        : new Dictionary<string, PropertyInfo>());

    /// <summary>A record of options.</summary>
    public static bool IsSection(Type type) => type.IsClass && type.Namespace is { } space && space.StartsWith("CallCluster.", StringComparison.Ordinal);

    public static bool IsRequired(PropertyInfo property) => property.IsDefined(typeof(RequiredMemberAttribute));

    /// <summary>Keys named File, …File or …Directory hold paths, relative to the first configuration file.</summary>
    public static bool IsPath(PropertyInfo property) =>
        property.PropertyType == typeof(string) && (property.Name.EndsWith("File", StringComparison.Ordinal) || property.Name.EndsWith("Directory", StringComparison.Ordinal));

    /// <summary>PasswordFile, KeyFile and the like are read, so they must be there; a mere File is written.</summary>
    public static bool IsSecretFile(PropertyInfo property) =>
        IsPath(property) && property.Name.EndsWith("File", StringComparison.Ordinal) && property.Name != "File" && !property.IsDefined(typeof(PemFileAttribute));

    /// <summary>The element type of a list; null for another type.</summary>
    public static Type? ListOf(Type type) => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>) ? type.GenericTypeArguments[0] : null;

    /// <summary>The value type of an object with free names; null for another type.</summary>
    public static Type? NamedOf(Type type) => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyDictionary<,>) ? type.GenericTypeArguments[1] : null;

    /// <summary>The type under a path of keys; null when the path leads nowhere.</summary>
    public static Type? TypeAt(Type root, IEnumerable<string> keys)
    {
        Type? type = root;
        foreach (var key in keys)
        {
            if (type is null) return null;
            type = NamedOf(type) ?? (Keys(type).TryGetValue(key, out var property) ? property.PropertyType : null);
        }
        return type is null ? null : Nullable.GetUnderlyingType(type) ?? type;
    }
}
