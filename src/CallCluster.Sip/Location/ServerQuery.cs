using CallCluster.Sip.Transports;
using CallCluster.Sip.Uris;

namespace CallCluster.Sip.Location;

/// <summary>What of a URI decides where it leads (RFC 3263 §4): two URIs that agree in it lead to the same servers.</summary>
/// <param name="Host">A name, in lower case.</param>
/// <param name="Port">As the URI has it.</param>
/// <param name="Protocol">The transport that the URI names; null: the domain says which it has.</param>
/// <param name="IsSecure">sips: over nothing but TLS.</param>
internal readonly record struct ServerQuery(string Host, int? Port, SipTransportProtocol? Protocol, bool IsSecure)
{
    /// <summary>The longest name (RFC 1035 §2.3.4).</summary>
    internal const int MaxHost = 253;

    internal static ServerQuery Of(SipUri uri, SipTransportProtocol protocol) =>
        new((uri.MAddr ?? uri.Host).TrimEnd('.').ToLowerInvariant(), uri.Port, uri.Transport is null ? null : protocol, uri.IsSecure);

    /// <summary>The transport of a URI that names none, where the domain is not asked either (RFC 3263 §4.1).</summary>
    internal SipTransportProtocol ProtocolOrDefault => Protocol ?? (IsSecure ? SipTransportProtocol.Tls : SipTransportProtocol.Udp);
}
