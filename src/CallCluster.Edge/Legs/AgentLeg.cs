using CallCluster.Contracts.Calls;
using CallCluster.Edge.Calls;
using CallCluster.Edge.Registrar;
using CallCluster.Sip.Messages;
using CallCluster.Sip.UserAgents;
using CallCluster.Sip.Uris;

namespace CallCluster.Edge.Legs;

/// <summary>A leg to an agent's phone.</summary>
internal sealed class AgentLeg : CalledLeg
{
    private readonly Originate _originate;

    // Written under the endpoint's lock, read in the mailbox when the INVITE has come to its end.
    private volatile string? _redirectedTo;

    public AgentLeg(EdgeCall call, Originate originate) : base(call, originate.Leg) => _originate = originate;

    protected override string? OwnAgent => _originate.AgentId;

    protected override bool IsSupervisor => _originate.Supervises;

    protected override LegSnapshot OwnSnapshot(int? bridgedTo) => base.OwnSnapshot(bridgedTo) with { AgentId = _originate.AgentId, OfferId = _originate.OfferId, IsSupervisor = IsSupervisor };

    protected override string? RedirectedTo => _redirectedTo;

    // Nothing waits for it: the caller was told at once.
    protected override void TellRinging() => Call.TellLater(new LegRinging(Number));

    public override void Start(Leg? partner)
    {
        if (!PhoneTarget.TryParse(_originate.Target, out var target, out var route))
        {
            EndWithoutSession(LegEndCause.Failed, $"agent {_originate.AgentId} has no usable address");
            return;
        }

        Invite(Edge.MediaOf(trunk: null, isBrowser: IsBrowser(target)) with { Codecs = CodecsFor(partner), OfferComfortNoise = partner?.AnnouncesSilence == true }, (tag, offer) => new InviteRequest
        {
            Target = target,
            Route = route,
            From = new NameAddress(Edge.UriOf(_originate.Caller), _originate.CallerName),
            LocalTag = tag,
            ContactUser = tag,
            Headers = _originate.Queue is { } queue ? [("X-CallCluster-Call", Call.Id), ("X-CallCluster-Queue", queue)] : [("X-CallCluster-Call", Call.Id)],
            Body = offer,
            Redirect = Follow,
        });
    }

    /// <summary>Best contact first. One inside the cluster is no INVITE of this leg's: it ends, and the CallGrain routes the caller. Whoever supervises has no caller to give away.</summary>
    private InviteRequest? Follow(RedirectContact contact)
    {
        if (_redirectedTo is not null) return null;
        if (!IsSupervisor) _redirectedTo = Edge.Redirects.InsideFor(_originate.AgentId, contact.Uri);
        return _redirectedTo is null ? Edge.Redirects.ForAgent(_originate.AgentId, contact) : null;
    }

    /// <summary>RFC 7118 section 5: the Contact of a phone that registered over WebSocket says ws, over TLS as well.</summary>
    private bool IsBrowser(SipUri target) =>
        Edge.Routing.Routing.Agents.GetValueOrDefault(_originate.AgentId)?.WebRtc ?? target.Transport is { } transport && transport.StartsWith("ws", StringComparison.OrdinalIgnoreCase);
}
