using System.Net;
using CallCluster.Contracts.Configuration;
using CallCluster.Edge.Legs;
using CallCluster.Sip.Authentication;
using CallCluster.Sip.Location;
using CallCluster.Sip.Sources;
using CallCluster.Sip.Tls;
using CallCluster.Sip.Transports;
using CallCluster.Sip.UserAgents;

namespace CallCluster.Edge;

/// <summary>What an edge needs to know of its process; routing comes from <see cref="Contracts.Configuration.IRoutingConfiguration"/>.</summary>
public sealed class EdgeOptions
{
    /// <summary>Unique in the cluster and the same after a restart of the same node.</summary>
    public required string EdgeId { get; init; }

    /// <summary>SIP listeners. The first that is no WebSocket is the one by which other edges reach the phones that registered here.</summary>
    public required IReadOnlyList<SipListenerOptions> Listeners { get; init; }

    /// <summary>Who is asked for the servers of SIP hosts (RFC 3263).</summary>
    public NameServerOptions Dns { get; init; } = new();

    /// <summary>Certificates of the TLS listeners; null when there are none.</summary>
    public TlsOptions? Tls { get; init; }

    /// <summary>Open connections of one listener, and how many of them one address may have.</summary>
    public int MaxConnections { get; init; } = 2_000;
    public int MaxConnectionsPerAddress { get; init; } = 500;

    /// <summary>SIP domain and digest realm.</summary>
    public string Domain { get; init; } = "callcluster.local";

    /// <summary>How long after a password file changed its former password is still accepted, and tried where a peer refuses the new one.</summary>
    public TimeSpan PasswordOverlap { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>What digest challenges ask for, the strongest first.</summary>
    public IReadOnlyList<DigestAlgorithm> DigestAlgorithms { get; init; } = [DigestAlgorithm.Sha256, DigestAlgorithm.Md5];

    /// <summary>How long a session lasts without a refresh (RFC 4028): what we ask for, and the most that we agree to.</summary>
    public TimeSpan SessionExpires { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>The shortest session that we agree to; at least 90 s (RFC 4028 5).</summary>
    public TimeSpan MinSessionExpires { get; init; } = TimeSpan.FromSeconds(90);

    /// <summary>Address that RTP is received on.</summary>
    public IPAddress MediaAddress { get; init; } = IPAddress.Loopback;

    /// <summary>Address written into SDP, when it differs from <see cref="MediaAddress"/>.</summary>
    public IPAddress? MediaAdvertisedAddress { get; init; }

    /// <summary>From where RTP may come that does not come from where SDP says.</summary>
    public LatchPolicy Latch { get; init; } = LatchPolicy.Signalling;

    /// <summary>RTP ports, inclusive; both 0 for any free ones.</summary>
    public int MediaPortMin { get; init; } = 10000;
    public int MediaPortMax { get; init; } = 20000;

    /// <summary>Codecs in order of preference: PCMU, PCMA, G722.</summary>
    public IReadOnlyList<string> Codecs { get; init; } = ["PCMU", "PCMA", "G722"];

    /// <summary>Whether media is encrypted, with agents and with trunks that say nothing else.</summary>
    public SrtpPolicy Srtp { get; init; }

    /// <summary>A leg that should be heard and is not for this long is hung up: its phone is gone. Zero never does so. A leg on hold is left alone.</summary>
    public TimeSpan DeadMediaAfter { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Calls at once; beyond it an INVITE gets 503 without a message to the cluster.</summary>
    public int MaxCalls { get; init; } = 1000;

    /// <summary>New calls that may wait for the cluster to take them; beyond it an INVITE gets 503 without a message to the cluster.</summary>
    public int MaxOffersInFlight { get; init; } = 200;

    /// <summary>SIP transactions in all states; see <see cref="SipEndpointOptions.MaxTransactions"/>.</summary>
    public int MaxTransactions { get; init; } = 200_000;

    /// <summary>What addresses may send that no trunk's AllowFrom has; <see cref="SourceLimits.IsTrusted"/> is set by the edge.</summary>
    public SourceLimits Sources { get; init; } = new();

    /// <summary>Prompts, with a subfolder for each language; need not exist: built-in tones are always there.</summary>
    public string PromptDirectory { get; init; } = "prompts";

    /// <summary>Languages in order of preference for prompts without a language.</summary>
    public IReadOnlyList<string> PromptLanguages { get; init; } = ["en"];

    /// <summary>Secret shared by all edges: keys call ids, tags and digest nonces.</summary>
    public required byte[] Key { get; init; }

    /// <summary>How often an edge tells each CallGrain that it still carries the call (PROTOCOL rule 15).</summary>
    public TimeSpan AttachInterval { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>A new call that the cluster has not taken by then is refused with 503.</summary>
    public TimeSpan OfferTimeout { get; init; } = TimeSpan.FromSeconds(5);
}
