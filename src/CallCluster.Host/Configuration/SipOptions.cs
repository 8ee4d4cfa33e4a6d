namespace CallCluster.Host.Configuration;

/// <summary>SIP listeners and names.</summary>
internal sealed record SipOptions
{
    /// <summary><c>udp:ADDRESS:PORT</c> or <c>tcp:ADDRESS:PORT</c>; port 0 takes a free one.</summary>
    public IReadOnlyList<string> Listen { get; init; } = ["udp:127.0.0.1:5060", "tcp:127.0.0.1:5060"];

    /// <summary>Host that peers reach the listeners by, when it differs from the listening address.</summary>
    public string? AdvertisedAddress { get; init; }

    /// <summary>SIP domain and digest realm.</summary>
    public string Domain { get; init; } = "callcluster.local";
}
