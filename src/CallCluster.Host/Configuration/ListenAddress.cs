using System.Diagnostics.CodeAnalysis;
using System.Net;

namespace CallCluster.Host.Configuration;

/// <summary>ADDRESS:PORT as listeners are written: 127.0.0.1:5060, [::1]:5060, localhost:8080.</summary>
internal static class ListenAddress
{
    private const string Http = "http://";

    public static bool TryParse(ReadOnlySpan<char> text, [NotNullWhen(true)] out IPEndPoint? endpoint)
    {
        endpoint = null;
        var colon = text.LastIndexOf(':');
        if (colon <= 0 || !ushort.TryParse(text[(colon + 1)..], System.Globalization.NumberStyles.None, null, out var port)) return false;
        var host = text[..colon];
        var isBracketed = host is ['[', .., ']'];
        if (!IPAddress.TryParse(host is "localhost" ? "127.0.0.1" : isBracketed ? host[1..^1] : host, out var address)) return false;
        if (isBracketed != (address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6)) return false;
        endpoint = new IPEndPoint(address, port);
        return true;
    }

    public static bool TryParseHttp(string text, [NotNullWhen(true)] out IPEndPoint? endpoint)
    {
        endpoint = null;
        return text.StartsWith(Http, StringComparison.Ordinal) && TryParse(text.AsSpan(Http.Length).TrimEnd('/'), out endpoint);
    }

    /// <summary>Parses text that validation has accepted.</summary>
    public static IPEndPoint ParseHttp(string text) => TryParseHttp(text, out var endpoint) ? endpoint : throw new FormatException($"'{text}' is no http://ADDRESS:PORT.");

    public static bool IsAny(IPAddress address) => address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);
}
