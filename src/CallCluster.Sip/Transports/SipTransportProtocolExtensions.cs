using CallCluster.Sip.Uris;

namespace CallCluster.Sip.Transports;

/// <summary>What transports are called in Via and in URIs, and what follows from which one it is.</summary>
public static class SipTransportProtocolExtensions
{
    /// <summary>The transport token of Via (RFC 3261 §20.42).</summary>
    public static string ViaToken(this SipTransportProtocol protocol) => protocol switch
    {
        SipTransportProtocol.Udp => "UDP",
        SipTransportProtocol.Tcp => "TCP",
        SipTransportProtocol.Tls => "TLS",
        SipTransportProtocol.Ws => "WS",
        _ => "WSS",
    };

    /// <summary>The value of a URI's transport parameter (RFC 3261 §19.1.1); RFC 7118 §5.4 has one for both kinds of WebSocket.</summary>
    public static string UriToken(this SipTransportProtocol protocol) => protocol switch
    {
        SipTransportProtocol.Udp => "udp",
        SipTransportProtocol.Tcp => "tcp",
        SipTransportProtocol.Tls => "tls",
        _ => "ws",
    };

    /// <summary>Connection-oriented: nothing is retransmitted.</summary>
    public static bool IsReliable(this SipTransportProtocol protocol) => protocol != SipTransportProtocol.Udp;

    /// <summary>Encrypted, so that a sips URI may be reached over it.</summary>
    public static bool IsSecure(this SipTransportProtocol protocol) => protocol is SipTransportProtocol.Tls or SipTransportProtocol.Wss;

    /// <summary>Another server can send to a listener of ours: true of all but WebSocket, where only clients connect (RFC 7118 §5).</summary>
    internal static bool IsReachable(this SipTransportProtocol protocol) => protocol is SipTransportProtocol.Udp or SipTransportProtocol.Tcp or SipTransportProtocol.Tls;

    /// <summary>RFC 3261 §18.1.1 and §19.1.2, RFC 7118 §5.3.</summary>
    public static int DefaultPort(this SipTransportProtocol protocol) => protocol switch
    {
        SipTransportProtocol.Tls => 5061,
        SipTransportProtocol.Ws => 80,
        SipTransportProtocol.Wss => 443,
        _ => 5060,
    };

    /// <summary>The transport that a URI asks for (RFC 3263 §4.1); null when it names none that we have, or sips one that is not secure.</summary>
    internal static SipTransportProtocol? ProtocolOf(SipUri uri)
    {
        if (!uri.IsSip)
            return null;
        // sips with transport=tcp is TLS over TCP (RFC 5630 §3.1.2).
        return (uri.Transport?.ToLowerInvariant(), uri.IsSecure) switch
        {
            (null or "tcp" or "tls", true) => SipTransportProtocol.Tls,
            (null or "udp", false) => SipTransportProtocol.Udp,
            ("tcp", false) => SipTransportProtocol.Tcp,
            ("tls", false) => SipTransportProtocol.Tls,
            ("ws", false) => SipTransportProtocol.Ws,
            ("ws" or "wss", true) or ("wss", false) => SipTransportProtocol.Wss,
            _ => null,
        };
    }
}
