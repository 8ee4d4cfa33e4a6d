using CallCluster.Contracts;
using CallCluster.Contracts.Calls;
using CallCluster.Contracts.Configuration;
using CallCluster.Edge.Admission;
using CallCluster.Edge.Calls;
using CallCluster.Edge.Cluster;
using CallCluster.Edge.Legs;
using CallCluster.Edge.Naming;
using CallCluster.Edge.Trunks;
using CallCluster.Media.Engine;
using CallCluster.Media.Prompts;
using CallCluster.Sip.Sdp;
using CallCluster.Sip.Uris;
using CallCluster.Sip.UserAgents;
using Microsoft.Extensions.Logging;
using System.Diagnostics.CodeAnalysis;
using System.Net;

namespace CallCluster.Edge;

/// <summary>What every call at this edge uses.</summary>
internal sealed partial class EdgeContext
{
    private readonly ILogger _logger = null!;
    private RoutingIndex? _routing;

    public required EdgeOptions Options { get; init; }

    public required IGrainFactory Grains { get; init; }

    public required GrainKind<ICallGrain> CallGrains { get; init; }

    public required IRoutingConfiguration Configuration { get; init; }

    public required TimeProvider Clock { get; init; }

    public required ILogger Logger { get => _logger; init => _logger = value; }

    public required CallNames Names { get; init; }

    public required PeerTokens PeerTokens { get; init; }

    public required Credentials Credentials { get; init; }

    public required TrunkCredentials TrunkCredentials { get; init; }

    public required EdgeCalls Calls { get; init; }

    public required OfferWindow Offers { get; init; }

    public required EdgeLease Lease { get; init; }

    public required AttachSweep Sweep { get; init; }

    public required AcknowledgementSchedule Acknowledgements { get; init; }

    public required MediaEngine Media { get; init; }

    public required PromptLibrary Prompts { get; init; }

    /// <summary>Finds calls at other edges.</summary>
    public CallLocator Locator => field ??= new CallLocator(this);

    /// <summary>Which URIs are ours.</summary>
    public OwnAddresses OwnAddresses => field ??= new OwnAddresses(this);

    /// <summary>Where agents may transfer to.</summary>
    public TransferTargets Transfers => field ??= new TransferTargets(this);

    /// <summary>Where phones and trunks may redirect to.</summary>
    public RedirectTargets Redirects => field ??= new RedirectTargets(this);

    /// <summary>The SIP endpoint; set once it has been made with its handler, before anything arrives.</summary>
    public SipEndpoint Sip { get; set; } = null!;

    /// <summary>Pause before an event batch is sent again.</summary>
    public TimeSpan DeliveryRetry { get; } = TimeSpan.FromMilliseconds(200);

    /// <summary>How long another edge may be silent to an INVITE.</summary>
    public TimeSpan PeerPatience { get; } = TimeSpan.FromSeconds(4);

    /// <summary>The address that SDP tells peers to send RTP to; what a STUN server said is set before anything arrives.</summary>
    public IPAddress SdpAddress { get => field ?? Options.MediaAdvertisedAddress ?? Options.MediaAddress; set; }

    /// <summary>Look-ups over the current routing configuration.</summary>
    public RoutingIndex Routing
    {
        get
        {
            var current = Configuration.Current;
            var index = _routing;
            if (index is null || !ReferenceEquals(index.Routing, current)) _routing = index = new RoutingIndex(current);
            return index;
        }
    }

    /// <summary>The URI of a number or user part in this cluster's domain.</summary>
    public SipUri UriOf(string user) => new("sip", user, Options.Domain);

    /// <summary>The codecs of a trunk, or of the edge, best first.</summary>
    public IReadOnlyList<AudioCodec> CodecsOf(string? trunk)
    {
        var names = trunk is not null && Routing.Routing.Trunks.TryGetValue(trunk, out var options) && options.Codecs is { } own ? own : Options.Codecs;
        return [.. names.Select(AudioCodec.Find).OfType<AudioCodec>()];
    }

    /// <summary>How keys come and go on a trunk; agents' phones (null) use RFC 4733.</summary>
    public DtmfMode DtmfOf(string? trunk) => trunk is not null && Routing.Routing.Trunks.TryGetValue(trunk, out var options) ? options.Dtmf : DtmfMode.Rfc4733;

    /// <summary>What media the legs of a trunk can have, or those of agents (null); the port is set when it is open.</summary>
    /// <param name="trunk">The trunk.</param>
    /// <param name="isBrowser">The peer signals over WebSocket or is configured as one that does: it may have DTLS-SRTP under every policy, since a browser has nothing else.</param>
    public MediaCapabilities MediaOf(string? trunk, bool isBrowser)
    {
        var policy = (trunk is null ? null : Routing.Routing.Trunks.GetValueOrDefault(trunk)?.Srtp) ?? Options.Srtp;
        return new MediaCapabilities
        {
            Address = SdpAddress,
            Port = 0,
            Codecs = CodecsOf(trunk),
            Encryption = policy.ToEncryptionPolicy(),
            Fingerprint = isBrowser || policy != SrtpPolicy.Off ? Media.Fingerprint.ToCertificateFingerprint() : null,
            OffersWebRtc = isBrowser,
            Ice = true,
        };
    }

    /// <summary>What media a leg to another edge of this cluster can have: edges reach each other at the addresses that they are bound to.</summary>
    public MediaCapabilities MediaOfPeers => MediaOf(trunk: null, isBrowser: false) is var media && (Options.MediaAddress.Equals(IPAddress.Any) || Options.MediaAddress.Equals(IPAddress.IPv6Any))
        ? media : media with { Address = Options.MediaAddress };

    /// <summary>The prompt in the call's language, else in the first of the edge's languages that has it.</summary>
    public bool TryGetPrompt(string name, string? language, [NotNullWhen(true)] out Prompt? prompt)
    {
        if (language is not null && Prompts.TryGet(name, language, out prompt)) return true;
        foreach (var other in Options.PromptLanguages)
        {
            if (Prompts.TryGet(name, other, out prompt)) return true;
        }

        prompt = null;
        return false;
    }

    [LoggerMessage(LogLevel.Warning, "Call {CallId}: prompt '{Prompt}' does not exist; put {Prompt}.wav (8 kHz mono) into {Directory} or a language folder below it. The call goes on without it.")]
    public partial void LogPromptMissing(string callId, string prompt, string directory);

    [LoggerMessage(LogLevel.Error, "Call {CallId}: no RTP port is free. Widen Media:PortMin..PortMax, lower Media:MaxCalls, or add edges.")]
    public partial void LogNoPort(string callId);

    [LoggerMessage(LogLevel.Warning, "Call {CallId}: leg {Leg} was hung up, no RTP came from {Remote} for {Silence}. The phone or its network is gone, or a firewall drops RTP; Media:DeadAfter sets the time.")]
    public partial void LogMediaTimeout(string callId, int leg, System.Net.IPEndPoint? remote, TimeSpan silence);

    [LoggerMessage(LogLevel.Error, "Call {CallId}: the conversation could not be recorded whole: {Failure}. The call goes on, and its record says so. Check space and rights of {Directory}.")]
    public partial void LogConversationNotRecorded(string callId, string failure, string directory);

    [LoggerMessage(LogLevel.Warning, "Call {CallId}: leg {Leg} was hung up, there are no keys for its media with {Remote}: {Reason}.")]
    public partial void LogSecurityFailed(string callId, int leg, System.Net.IPEndPoint? remote, string reason);

    [LoggerMessage(LogLevel.Error, "Call {CallId}: the audio of voicemail {RecordingId} could not be stored whole: {Failure}. The ticket is kept. Check space and rights of {Directory}.")]
    public partial void LogRecordingFailed(string callId, string recordingId, string failure, string directory);

    [LoggerMessage(LogLevel.Warning, "The manifest of message {RecordingId}, which nobody spoke, could not be removed: at the next start it becomes a ticket without audio. Check the rights of {Directory}.")]
    public partial void LogManifestLeft(Exception exception, string recordingId, string directory);
}
