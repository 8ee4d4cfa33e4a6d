namespace CallCluster.Host.Api;

/// <summary>A member of JSON that holds one of an enum's names, spelt as it is.</summary>
internal static class Choice
{
    public static bool TryParse<T>(string? text, out T value) where T : struct, Enum => Enum.TryParse(text, out value) && value.ToString() == text;

    /// <summary>What the member may hold, in words.</summary>
    public static string MayHold<T>(string member) where T : struct, Enum => $"{member} may hold {string.Join(", ", Enum.GetNames<T>())}.";
}
