using CallCluster.Sip.Location;
using CallCluster.Sip.SessionTimers;
using CallCluster.Sip.Sources;
using CallCluster.Sip.Tls;
using CallCluster.Sip.Transports;

namespace CallCluster.Sip.UserAgents;

/// <summary>What a <see cref="SipEndpoint"/> listens on, its timers and its bounds.</summary>
public sealed class SipEndpointOptions
{
    /// <summary>Addresses to listen on; requests are sent from the first that fits the target.</summary>
    public IReadOnlyList<SipListenerOptions> Listeners { get; init; } = [];

    /// <summary>Value of User-Agent and Server; null leaves them out.</summary>
    public string? UserAgent { get; init; } = "CallCluster";

    /// <summary>Round-trip estimate T1 (RFC 3261 §17.1.1.1); transactions time out after 64 times of it.</summary>
    public TimeSpan T1 { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Longest retransmit interval T2 of non-INVITE requests and responses to INVITE.</summary>
    public TimeSpan T2 { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>Longest time T4 that a message stays in the network.</summary>
    public TimeSpan T4 { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Time after which an INVITE not yet answered by the application gets 100 Trying (RFC 3261 §17.2.1).</summary>
    public TimeSpan TryingAfter { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>Interval at which the last provisional response is repeated while a call waits (RFC 3261 §13.3.1.1).</summary>
    public TimeSpan ProgressEvery { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Transactions in all states together; those over UDP linger 32 s after their end, so two per call and leg for 32 s. Beyond it new requests get 503
    /// (in-dialog ones only beyond 5/4 of it, then nothing).
    /// </summary>
    public int MaxTransactions { get; init; } = 200_000;

    /// <summary>Who is asked for the servers of SIP hosts (RFC 3263).</summary>
    public NameServerOptions Dns { get; init; } = new();

    /// <summary>A server that is silent for so long is given up for the next one of the same host, where there is one (RFC 3263 §4.3 has 64*T1, which no caller waits).</summary>
    public TimeSpan NextServerAfter { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>Certificates of the TLS listeners; null when there are none.</summary>
    public TlsOptions? Tls { get; init; }

    /// <summary>What addresses that are no trunk's may send; null is no limit.</summary>
    public SourceLimits? Sources { get; init; }

    /// <summary>Open connections of one listener; further ones are closed at once.</summary>
    public int MaxConnections { get; init; } = 2_000;

    /// <summary>Of those, connections with one address: beyond it the address opens no more. An office behind a NAT is one address.</summary>
    public int MaxConnectionsPerAddress { get; init; } = 500;

    /// <summary>Time within which a connection must be there, its TLS handshake included.</summary>
    public TimeSpan ConnectionOpeningTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How often a connection that we opened is pinged while it is kept, so that its NAT or firewall does too (RFC 5626 §4.4.1).</summary>
    public TimeSpan ConnectionPingEvery { get; init; } = TimeSpan.FromSeconds(95);

    /// <summary>A peer that answers pings and leaves one unanswered for so long is gone: its connection is closed.</summary>
    public TimeSpan ConnectionPongWithin { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Key of the tokens that name flows to phones (RFC 5626 §5.2), which outlive a restart with it; null takes a random one.</summary>
    public byte[]? FlowKey { get; init; }

    /// <summary>A connection without messages for this long is closed, unless a transaction, a dialog or a registration needs it.</summary>
    public TimeSpan ConnectionIdleTimeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Bytes that may wait for a slow connection before it is closed.</summary>
    public int MaxQueuedBytesPerConnection { get; init; } = 1 << 20;

    /// <summary>Requests above this size leave over TCP when <see cref="LargeRequestsOverTcp"/> is set and a TCP listener exists (RFC 3261 §18.1.1).</summary>
    public int MaxUdpRequestSize { get; init; } = 1300;

    /// <summary>Whether peers addressed over UDP also take TCP on the same port. Off: large requests stay on UDP and may be fragmented.</summary>
    public bool LargeRequestsOverTcp { get; init; }

    /// <summary>The methods that the stack and most applications know.</summary>
    public static readonly IReadOnlyList<string> DefaultAllow = ["INVITE", "ACK", "CANCEL", "BYE", "OPTIONS", "UPDATE", "PRACK", "INFO", "REGISTER"];

    /// <summary>Methods answered in Allow; others get 405 when the RFCs know them, else 501.</summary>
    public IReadOnlyList<string> Allow { get; init; } = DefaultAllow;

    /// <summary>Option tags for Supported; a Require of any other gets 420.</summary>
    public IReadOnlyList<string> Supported { get; init; } = [];

    /// <summary>Session timers (RFC 4028), which also puts <c>timer</c> into Supported; null keeps none.</summary>
    public SessionTimerOptions? SessionTimers { get; init; }
}
