namespace CallCluster.Host.Configuration;

/// <summary>A SIP listener; in JSON also its <see cref="Address"/> alone as a text.</summary>
internal sealed record ListenerOptions
{
    /// <summary><c>udp:</c>, <c>tcp:</c>, <c>tls:</c>, <c>ws:</c> or <c>wss:ADDRESS:PORT</c>; port 0 takes a free one.</summary>
    public required string Address { get; init; }

    /// <summary>HOST or HOST:PORT that peers reach this listener by; null means Sip:AdvertisedAddress, else the listening address.</summary>
    public string? Advertised { get; init; }
}
