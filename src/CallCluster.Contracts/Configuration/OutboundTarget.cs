namespace CallCluster.Contracts.Configuration;

/// <summary>What outbound rules look at in a destination: the number of <c>tel:</c>, the domain of <c>sip:</c>.</summary>
/// <param name="Number">The number; null for a SIP URI.</param>
/// <param name="Domain">The domain, without port; null for a number.</param>
public readonly record struct OutboundTarget(string? Number, string? Domain)
{
    private const int LongestNumber = 32;

    /// <summary>False for other kinds of destination, a number that has anything but digits after an optional plus, and a URI without user or host.</summary>
    public static bool TryParse(Destination to, out OutboundTarget target)
    {
        target = default;
        if (to.Kind == DestinationKind.Tel && IsNumber(to.Target)) target = new OutboundTarget(to.Target, null);
        else if (to.Kind == DestinationKind.Sip && DomainOf(to.Target) is { } domain) target = new OutboundTarget(null, domain);
        return target != default;
    }

    /// <summary>Digits with or without a plus before them (RFC 3966 without visual separators).</summary>
    public static bool IsNumber(string text)
    {
        var digits = text.AsSpan(text.StartsWith('+') ? 1 : 0);
        return digits.Length is > 0 and <= LongestNumber && !digits.ContainsAnyExceptInRange('0', '9');
    }

    /// <summary>Whether an entry of Allow or a route, a beginning of numbers or a domain, covers this.</summary>
    public bool Fits(string entry) =>
        Number is null ? string.Equals(Domain, entry, StringComparison.OrdinalIgnoreCase) : IsNumber(entry) && Number.StartsWith(entry, StringComparison.Ordinal);

    // user@host[:port][;parameters]: what follows the scheme. Edges parse it in full before they send anything there.
    private static string? DomainOf(string uri)
    {
        var at = uri.LastIndexOf('@');
        if (at <= 0) return null;
        var host = uri.AsSpan(at + 1);
        var end = host.StartsWith("[") ? host.IndexOf(']') + 1 : host.IndexOfAny(":;?>");
        if (end >= 0) host = host[..end];
        return host.IsEmpty ? null : host.ToString();
    }
}
