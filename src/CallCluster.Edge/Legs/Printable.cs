namespace CallCluster.Edge.Legs;

/// <summary>Text from the network made fit for logs, records and tickets.</summary>
internal static class Printable
{
    private const int MaxLength = 200;

    /// <summary>The text without control characters and at most 200 characters long.</summary>
    public static string Clean(string text)
    {
        var clean = text.Length > MaxLength || text.Any(char.IsControl);
        return clean ? string.Concat(text.Where(c => !char.IsControl(c)).Take(MaxLength)) : text;
    }
}
