using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace CallCluster.Media.Stun;

/// <summary>A STUN server as it is configured.</summary>
/// <param name="Host">Name or address.</param>
/// <param name="Port">UDP port.</param>
public sealed record StunServer(string Host, int Port)
{
    /// <summary>What every address of a STUN server begins with.</summary>
    public const string Scheme = "stun:";

    /// <summary>RFC 8489 section 8.1.</summary>
    private const int DefaultPort = 3478;

    /// <summary>RFC 7064 section 3.1: <c>"stun:" host [":" port]</c>, an IPv6 address in brackets.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out StunServer? server)
    {
        server = null;
        if (!text.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
            return false;
        var rest = text[Scheme.Length..];
        var colon = rest.LastIndexOf(':');
        if (colon <= rest.LastIndexOf(']'))
            colon = rest.Length;
        var host = rest[..colon];
        if (host is ['[', .., ']'])
            host = host[1..^1];
        var port = DefaultPort;
        if (colon < rest.Length && (!int.TryParse(rest.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out port) || port is < 1 or > 65535))
            return false;
        if (Uri.CheckHostName(host) == UriHostNameType.Unknown)
            return false;
        server = new StunServer(host, port);
        return true;
    }

    /// <summary>As it is configured.</summary>
    public override string ToString() => $"{Scheme}{(Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host)}:{Port}";
}
