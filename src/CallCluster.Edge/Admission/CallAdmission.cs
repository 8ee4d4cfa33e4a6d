using CallCluster.Contracts.Calls;
using CallCluster.Contracts.Configuration;
using CallCluster.Edge.Calls;
using CallCluster.Edge.Legs;
using CallCluster.Edge.Naming;
using CallCluster.Sip.Authentication;
using CallCluster.Sip.Messages;
using CallCluster.Sip.Sdp;
using CallCluster.Sip.Transports;
using CallCluster.Sip.UserAgents;
using CallCluster.Sip.Uris;
using Microsoft.Extensions.Logging;

namespace CallCluster.Edge.Admission;

/// <summary>
/// Decides whether an initial INVITE becomes a call: from an agent or a trunk, to a destination that exists, with audio that we can speak. Runs under
/// the SIP endpoint's lock, so it only looks things up.
/// </summary>
internal sealed partial class CallAdmission(EdgeContext edge, DigestGate digest)
{
    private readonly ILogger _logger = edge.Logger;

    public void Admit(IncomingInvite invite)
    {
        var isReplacement = invite.Request.Headers.Contains(HeaderNames.Replaces);
        // A dialog that takes another's place is no new call.
        if (edge.Lease.Draining && !isReplacement) Refuse(invite, Refusal.Draining);
        else if (!TryIdentify(invite, out var sender)) return;
        else if (isReplacement) Replace(invite, sender);
        else Offer(invite, sender);
    }

    /// <summary>Another edge by its token; else an agent by digest, then a trunk by address, digest or certificate (DESIGN section 7). Who is none of these has been answered.</summary>
    private bool TryIdentify(IncomingInvite invite, out Sender sender)
    {
        var request = invite.Request;
        if (request.Headers.Contains(PeerTokens.Header))
        {
            var agent = edge.Sip.UriFor(user: null) is { } here ? edge.PeerTokens.AgentOf(request, here) : null;
            sender = new Sender(agent, null, edge.Names.TryRead(request.From.Tag, out var peerCall, out _) ? peerCall : null);
            if (agent is not null && sender.PeerCall is not null) return true;
            Refuse(invite, Refusal.ForgedPeer);
            return false;
        }

        var identity = digest.Identify(request);
        var trunk = identity.Verdict is DigestVerdict.NoCredentials
            ? edge.Routing.TrunkOf(invite.RemoteEndPoint.Address) ?? edge.Routing.TrunkOf(invite.PeerNames)
            : identity.Trunk;
        sender = new Sender(identity.Agent, trunk);
        if (sender.Agent is not null || sender.Trunk is not null) return true;
        RefuseStranger(invite, stale: identity.Verdict is DigestVerdict.Stale or DigestVerdict.Replayed);
        return false;
    }

    private void Offer(IncomingInvite invite, Sender sender)
    {
        var request = invite.Request;
        var options = sender.Trunk is null ? null : edge.Routing.Routing.Trunks[sender.Trunk];
        var country = options is null ? edge.Routing.Routing.Outbound.DefaultCountry : options.DefaultCountry;
        var dialled = Printable.Clean(sender.PeerCall is null ? DialledOf(request, options) ?? "" : SipUri.Unescape(request.RequestUri.User ?? ""));
        if (!TryRoute(request.RequestUri, dialled, country, sender, out var destination, out var refusal)) { Refuse(invite, refusal); return; }

        var media = MediaFor(invite, sender);
        if (!TryReadOffer(request, media, out var offer, out refusal)) { Refuse(invite, refusal); return; }

        var caller = CallerIdentity.Of(request, options is { TrustIdentity: true }, country);
        var call = new EdgeCall(edge, edge.Names.CallId(request.CallId, request.From.Tag, request.CSeq.Number), new CallOffer
        {
            Trunk = sender.Trunk,
            CallingAgent = sender.Agent,
            Caller = sender is { Agent: { } agent, PeerCall: null } ? agent : caller.Number,
            CallerName = caller.Name,
            Dialled = dialled,
            Destination = destination,
            ReceivedAt = edge.Clock.GetUtcNow(),
            DivertedFrom = caller.DivertedFrom,
            SipCallId = Printable.Clean(request.CallId),
        });
        if (!edge.Calls.TryAdd(call)) { Refuse(invite, Refusal.DuplicateCall); return; }

        call.Begin(new CallerLeg(call, invite, offer, media));
        EdgeMetrics.CallsOffered.Add(1, new KeyValuePair<string, object?>("trunk", sender.Trunk ?? "agents"));
    }

    /// <summary>The user part of the Request-URI; where that is merely our registered Contact, the number is in To.</summary>
    private static string? DialledOf(SipRequest request, TrunkOptions? trunk)
    {
        var user = request.RequestUri.User;
        return trunk is { Register: true } && user == trunk.Username ? request.To.Uri.User : user;
    }

    /// <summary>A number of ours; for an agent also a destination outside that Outbound allows (default deny). Another edge has looked all of this up, and names the destination.</summary>
    private bool TryRoute(SipUri uri, string dialled, string? country, Sender sender, out string destination, out Refusal refusal)
    {
        refusal = Refusal.UnknownNumber;
        if (sender.PeerCall is not null)
        {
            destination = dialled;
            return Destination.TryParse(dialled, out _);
        }

        destination = edge.Routing.DestinationOf(dialled, sender.Agent is not null, country) ?? "";
        if (destination.Length > 0) return true;
        if (sender.Agent is null || edge.Routing.OutboundOf(uri) is not { } outside) return false;
        var rules = edge.Routing.Routing.Outbound;
        refusal = rules.Allows(outside) ? Refusal.NoRoute : Refusal.OutboundDenied;
        destination = outside.ToString();
        return refusal is Refusal.NoRoute && rules.TrunksFor(outside).Count > 0;
    }

    private static bool TryReadOffer(SipRequest request, MediaCapabilities media, out SessionDescription? offer, out Refusal refusal)
    {
        offer = null;
        refusal = Refusal.BadOffer;
        if (request.SessionDescription is not { IsEmpty: false } sdp) return true; // late offer
        offer = SdpParser.Parse(sdp.Span).Description;
        if (offer is null) return false;

        // A caller whom we could not speak with is refused before the cluster is troubled.
        var problem = new OfferAnswerSession(media, sessionId: 0).Examine(offer);
        refusal = problem switch
        {
            OfferRefusal.EncryptionRequired => Refusal.SrtpRequired,
            OfferRefusal.NoCommonEncryption => Refusal.NoCommonEncryption,
            OfferRefusal.WeakFingerprint => Refusal.WeakFingerprint,
            _ => Refusal.NoCommonCodec,
        };
        return problem == OfferRefusal.None;
    }

    private MediaCapabilities MediaFor(IncomingInvite invite, Sender sender) => sender.PeerCall is null
        ? edge.MediaOf(sender.Trunk, isBrowser: invite.Listener.Protocol is SipTransportProtocol.Ws or SipTransportProtocol.Wss)
        : edge.MediaOfPeers;

    /// <summary>Who may be an agent or a trunk with a password is asked for it, all others are refused.</summary>
    private void RefuseStranger(IncomingInvite invite, bool stale)
    {
        var refusal = invite.PeerNames.Count > 0 ? Refusal.CertificateOfNoTrunk : Refusal.NoTrunkMatched;
        if (refusal == Refusal.CertificateOfNoTrunk) LogCertificate(invite.RemoteEndPoint.ToString(), Printable.Clean(string.Join(", ", invite.PeerNames)));
        if (digest.Challenge(invite.Request, stale) is { } challenge) invite.Reject(401, null, challenge);
        else Refuse(invite, refusal);
    }

    private void Refuse(IncomingInvite invite, Refusal refusal)
    {
        var (status, reason) = refusal.Answer();
        EdgeMetrics.CallsRefused.Add(1, new KeyValuePair<string, object?>("reason", refusal.ToString()));
        LogRefused(refusal, status, invite.RemoteEndPoint.ToString(), Printable.Clean(invite.Request.RequestUri.ToString()));
        invite.Reject(status, reason, refusal.MayRetry() ? [RetryAfter.Header(RetryAfter.Jittered())] : null);
    }

    [LoggerMessage(LogLevel.Information, "{Source} calls with a verified certificate for {Names}, which no trunk's AllowCertificates has. If it is a trunk's, put one of these names there.")]
    private partial void LogCertificate(string source, string names);

    [LoggerMessage(LogLevel.Information, "INVITE refused, {Refusal} ({Status}): from {Source} to {Target}.")]
    private partial void LogRefused(Refusal refusal, int status, string source, string target);
}
