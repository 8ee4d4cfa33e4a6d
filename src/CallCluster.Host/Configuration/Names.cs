namespace CallCluster.Host.Configuration;

/// <summary>Names of queues, agents and the like: they stand in destinations, URLs, SIP URIs, metrics and file names.</summary>
internal static class Names
{
    private const int MostNamesShown = 20;
    public const string MayHold = "a name of 1 to 64 letters, digits and . _ - that does not begin with a dot";

    public static bool IsName(string text) => text.Length is > 0 and <= 64 && text[0] != '.' && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-');

    /// <summary>"a queue: sales, support": what a reference may name.</summary>
    public static string OneOf(string what, IEnumerable<string> names)
    {
        var known = names.Order(StringComparer.Ordinal).ToList();
        if (known.Count == 0) return $"{what}, but none is configured";
        return $"{what}: {string.Join(", ", known.Take(MostNamesShown))}{(known.Count > MostNamesShown ? $" and {known.Count - MostNamesShown} more" : "")}";
    }
}
