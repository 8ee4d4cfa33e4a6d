namespace CallCluster.Host.Configuration;

/// <summary>What the SIP side takes at most. Addresses in a trunk's AllowFrom are exempt from what is counted for each address.</summary>
internal sealed record SipLimitsOptions
{
    /// <summary>Messages a second from one address (IPv6: one /64), in the long run; what is beyond is dropped before it is parsed. Ten times as many from one that has authenticated.</summary>
    public int MessagesPerSecond { get; init; } = 100;

    /// <summary>Messages that one address may send at once.</summary>
    public int Burst { get; init; } = 500;

    /// <summary>Messages a second from all such addresses together that have not authenticated.</summary>
    public int TotalPerSecond { get; init; } = 10_000;

    /// <summary>Refused or unreadable requests in a row after which an address is banned; as many are forgiven in each BanTime.</summary>
    public int RefusalsUntilBan { get; init; } = 30;

    /// <summary>How long nothing of a banned address is looked at.</summary>
    public TimeSpan BanTime { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>SIP transactions at once, those included that linger 32 s over UDP to absorb retransmissions; beyond it new requests get 503.</summary>
    public int MaxTransactions { get; init; } = 200_000;

    /// <summary>New calls that may wait for the cluster to take them; beyond it an INVITE gets 503 with Retry-After at once.</summary>
    public int MaxOffersInFlight { get; init; } = 200;
}
