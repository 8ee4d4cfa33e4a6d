using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using CallCluster.Sip.Transports;

namespace CallCluster.Host.Configuration;

/// <summary>Reads the texts of <see cref="ListenerOptions"/>.</summary>
internal static class SipListenerText
{
    public const string MayHold = "udp:, tcp:, tls:, ws: or wss:ADDRESS:PORT, ADDRESS being an IP address of this host";

    public static bool TryParse(string text, out SipTransportProtocol protocol, [NotNullWhen(true)] out IPEndPoint? endpoint)
    {
        endpoint = null;
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return Enum.TryParse(text[..Math.Max(colon, 0)], ignoreCase: true, out protocol) && text.StartsWith(Prefix(protocol), StringComparison.Ordinal)
            && ListenAddress.TryParse(text.AsSpan(colon + 1), out endpoint);
    }

    /// <summary>HOST, HOST:PORT, an IPv4 address with or without port, an IPv6 address alone or [IPv6]:PORT. The host comes back as SIP writes it.</summary>
    public static bool TryParseAdvertised(string text, [NotNullWhen(true)] out string? host, out int? port)
    {
        port = null;
        host = AsHost(text);
        if (host is not null) return true;
        var colon = text.LastIndexOf(':');
        if (colon <= 0 || !ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number == 0) return false;
        port = number;
        host = AsHost(text[..colon]);
        return host is not null;
    }

    /// <summary>The listener of validated options.</summary>
    /// <param name="options">The listener.</param>
    /// <param name="advertised">Sip:AdvertisedAddress, for listeners without one of their own.</param>
    public static SipListenerOptions ToListener(ListenerOptions options, string? advertised)
    {
        if (!TryParse(options.Address, out var protocol, out var endpoint)) throw new FormatException($"'{options.Address}' is no listener.");
        int? port = null;
        var host = (options.Advertised ?? advertised) is { } text && TryParseAdvertised(text, out var found, out port) ? found : null;
        return new SipListenerOptions(protocol, endpoint) { AdvertisedHost = host, AdvertisedPort = port };
    }

    private static string Prefix(SipTransportProtocol protocol) => $"{protocol.ToString().ToLowerInvariant()}:";

    private static string? AsHost(string text)
    {
        var isBracketed = text is ['[', .., ']'];
        // IPAddress would take the port behind the brackets, too.
        if (text.StartsWith('[') && !isBracketed) return null;
        if (IPAddress.TryParse(isBracketed ? text[1..^1] : text, out var address))
        {
            if (ListenAddress.IsAny(address) || (isBracketed && address.AddressFamily != AddressFamily.InterNetworkV6)) return null;
            return address.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{address}]" : text;
        }

        return Uri.CheckHostName(text) == UriHostNameType.Dns ? text : null;
    }
}
