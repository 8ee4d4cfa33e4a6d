using CallCluster.Sip.Authentication;

namespace CallCluster.Host.Configuration;

/// <summary>SIP listeners and names.</summary>
internal sealed record SipOptions
{
    /// <summary>
    /// Listeners: <c>udp:</c>, <c>tcp:</c>, <c>tls:</c>, <c>ws:</c> or <c>wss:ADDRESS:PORT</c>, or objects of Address and Advertised. The first that is no WebSocket is the one by which
    /// other edges reach the phones that registered here.
    /// </summary>
    public IReadOnlyList<ListenerOptions> Listen { get; init; } = [new() { Address = "udp:127.0.0.1:5060" }, new() { Address = "tcp:127.0.0.1:5060" }];

    /// <summary>Host that peers reach the listeners by that have no address of their own to advertise, when it differs from the listening address.</summary>
    public string? AdvertisedAddress { get; init; }

    /// <summary>SIP domain and digest realm.</summary>
    public string Domain { get; init; } = "callcluster.local";

    /// <summary>After a PasswordFile changed: how long the former password is accepted too, and tried where a peer refuses the new one. Zero: not at all.</summary>
    public TimeSpan PasswordOverlap { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Bounds against floods, scanners and overload.</summary>
    public SipLimitsOptions Limits { get; init; } = new();

    /// <summary>
    /// What digest challenges ask for, the strongest first (RFC 8760). Phones that give up when they see a challenge they do not know, as baresip 1.x does with SHA-256, need Md5 alone.
    /// </summary>
    public IReadOnlyList<DigestAlgorithm> DigestAlgorithms { get; init; } = [DigestAlgorithm.Sha256, DigestAlgorithm.Md5];

    /// <summary>How long a session lasts without a refresh (RFC 4028): what is asked for, and the most that is agreed to. A call whose peer is gone ends by then at the latest.</summary>
    public TimeSpan SessionExpires { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>The shortest session that is agreed to; peers that want less get 422. At least 90 seconds (RFC 4028 section 5).</summary>
    public TimeSpan MinSessionExpires { get; init; } = TimeSpan.FromSeconds(90);

    /// <summary>Where the servers of SIP hosts are looked up (RFC 3263: NAPTR, SRV, A and AAAA).</summary>
    public SipDnsOptions Dns { get; init; } = new();

    /// <summary>Certificates; needed by <c>tls:</c> listeners, which also open the connections to peers over TLS, and by <c>wss:</c>.</summary>
    public SipTlsOptions? Tls { get; init; }

    /// <summary>Open connections of one listener (TCP, TLS, WebSocket); further ones are closed at once.</summary>
    public int MaxConnections { get; init; } = 2_000;

    /// <summary>Connections that one address may have open with one listener. An office behind a NAT is one address.</summary>
    public int MaxConnectionsPerAddress { get; init; } = 500;
}
