using CallCluster.Host.Api.Problems;

namespace CallCluster.Host.Api;

/// <summary>A member of JSON that holds one of an enum's names, spelt as it is.</summary>
internal static class Choice
{
    public static bool TryParse<T>(string? text, out T value) where T : struct, Enum => Enum.TryParse(text, out value) && value.ToString() == text;

    /// <summary>A filter of the query; null when there is none.</summary>
    /// <exception cref="FieldException">It is no name of the enum.</exception>
    public static T? ParseFilter<T>(string field, string? text) where T : struct, Enum =>
        text is null ? null : TryParse<T>(text, out var value) ? value : throw new FieldException(field, MayHold<T>(field));

    /// <summary>What the member may hold, in words.</summary>
    public static string MayHold<T>(string member) where T : struct, Enum => $"{member} may hold {string.Join(", ", Enum.GetNames<T>())}.";
}
