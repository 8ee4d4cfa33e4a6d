using System.Text.Json.Nodes;

namespace CallCluster.Host.Configuration;

/// <summary>JSON merge patch, RFC 7396.</summary>
internal static class JsonMergePatch
{
    /// <summary>RFC 7396 section 2, MergePatch(Target, Patch). Neither argument is changed.</summary>
    public static JsonNode? Apply(JsonNode? target, JsonNode? patch)
    {
        if (patch is not JsonObject changes) return patch?.DeepClone();
        var result = target is JsonObject ? (JsonObject)target.DeepClone() : [];
        foreach (var (name, value) in changes)
        {
            if (value is null) result.Remove(name);
            else result[name] = Apply(result[name], value);
        }
        return result;
    }
}
