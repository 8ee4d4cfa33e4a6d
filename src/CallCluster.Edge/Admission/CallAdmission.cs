using CallCluster.Contracts.Calls;
using CallCluster.Contracts.Configuration;
using CallCluster.Edge.Calls;
using CallCluster.Edge.Legs;
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
        if (edge.Lease.Draining) { Refuse(invite, Refusal.Draining); return; }

        // An agent by digest first, then a trunk by address or digest (DESIGN section 7).
        var request = invite.Request;
        var identity = digest.Identify(request);
        var trunk = identity.Verdict is DigestVerdict.NoCredentials ? edge.Routing.TrunkOf(invite.RemoteEndPoint.Address) : identity.Trunk;
        if (trunk is null && identity.Agent is null)
        {
            if (digest.Challenge(request, stale: identity.Verdict is DigestVerdict.Stale or DigestVerdict.Replayed) is { } challenge) invite.Reject(401, null, challenge);
            else Refuse(invite, Refusal.NoTrunkMatched);
            return;
        }

        var options = trunk is null ? null : edge.Routing.Routing.Trunks[trunk];
        var country = options is null ? edge.Routing.Routing.Outbound.DefaultCountry : options.DefaultCountry;
        var dialled = Printable.Clean(DialledOf(request, options) ?? "");
        if (!TryRoute(request.RequestUri, dialled, country, identity.Agent, out var destination, out var refusal)) { Refuse(invite, refusal); return; }

        var media = edge.MediaOf(trunk, isBrowser: invite.Listener.Protocol is SipTransportProtocol.Ws or SipTransportProtocol.Wss);
        if (!TryReadOffer(request, media, out var offer, out refusal)) { Refuse(invite, refusal); return; }

        var caller = CallerIdentity.Of(request, options is { TrustIdentity: true }, country);
        var call = new EdgeCall(edge, edge.Names.CallId(request.CallId, request.From.Tag, request.CSeq.Number), new CallOffer
        {
            Trunk = trunk,
            CallingAgent = identity.Agent,
            Caller = identity.Agent ?? caller.Number,
            CallerName = caller.Name,
            Dialled = dialled,
            Destination = destination,
            ReceivedAt = edge.Clock.GetUtcNow(),
            DivertedFrom = caller.DivertedFrom,
            SipCallId = Printable.Clean(request.CallId),
        });
        if (!edge.Calls.TryAdd(call)) { Refuse(invite, Refusal.DuplicateCall); return; }

        call.Begin(new CallerLeg(call, invite, offer, media));
        EdgeMetrics.CallsOffered.Add(1, new KeyValuePair<string, object?>("trunk", trunk ?? "agents"));
    }

    /// <summary>The user part of the Request-URI; where that is merely our registered Contact, the number is in To.</summary>
    private static string? DialledOf(SipRequest request, TrunkOptions? trunk)
    {
        var user = request.RequestUri.User;
        return trunk is { Register: true } && user == trunk.Username ? request.To.Uri.User : user;
    }

    /// <summary>A number of ours; for an agent also a destination outside that Outbound allows (default deny).</summary>
    private bool TryRoute(SipUri uri, string dialled, string? country, string? agent, out string destination, out Refusal refusal)
    {
        refusal = Refusal.UnknownNumber;
        destination = edge.Routing.DestinationOf(dialled, agent is not null, country) ?? "";
        if (destination.Length > 0) return true;
        if (agent is null || edge.Routing.OutboundOf(uri) is not { } outside) return false;
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
            _ => Refusal.NoCommonCodec,
        };
        return problem == OfferRefusal.None;
    }

    private void Refuse(IncomingInvite invite, Refusal refusal)
    {
        var (status, reason) = refusal.Answer();
        EdgeMetrics.CallsRefused.Add(1, new KeyValuePair<string, object?>("reason", refusal.ToString()));
        LogRefused(refusal, status, invite.RemoteEndPoint.ToString(), Printable.Clean(invite.Request.RequestUri.ToString()));
        invite.Reject(status, reason, refusal.MayRetry() ? [RetryAfter.Header(RetryAfter.Jittered())] : null);
    }

    [LoggerMessage(LogLevel.Information, "INVITE refused, {Refusal} ({Status}): from {Source} to {Target}.")]
    private partial void LogRefused(Refusal refusal, int status, string source, string target);
}
