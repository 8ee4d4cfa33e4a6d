using CallCluster.Contracts.Calls;
using CallCluster.Contracts.Configuration;
using CallCluster.Edge.Calls;
using CallCluster.Edge.Trunks;
using CallCluster.Sip.Sdp;
using CallCluster.Sip.UserAgents;

namespace CallCluster.Edge.Legs;

/// <summary>A leg to a destination outside, through a trunk's proxy; leg 0 when the party there is to be the caller.</summary>
internal sealed class TrunkLeg : CalledLeg
{
    private readonly Dial _dial;

    public TrunkLeg(EdgeCall call, Dial dial) : base(call, dial.AsCaller ? 0 : dial.Leg) => _dial = dial;

    protected override LegSnapshot OwnSnapshot(int? bridgedTo) => _dial.AsCaller
        ? base.OwnSnapshot(bridgedTo) with { Trunk = _dial.Trunk, Attempt = _dial.Leg }
        : base.OwnSnapshot(bridgedTo) with { Trunk = _dial.Trunk, To = _dial.To };

    protected override string? OwnTrunk => _dial.Trunk;

    protected override DtmfMode Dtmf => Edge.DtmfOf(_dial.Trunk);

    protected override string MetricLabel => _dial.Trunk;

    // The caller hears no ringing before the called party does.
    protected override void TellRinging() => Tell(new LegRinging(Number));

    public override void Start(Leg? partner)
    {
        if (!Edge.Routing.Routing.Trunks.TryGetValue(_dial.Trunk, out var trunk) || !TrunkAddress.TryMake(Destination.Parse(_dial.To), trunk, out var address))
        {
            EndWithoutSession(LegEndCause.Failed, $"trunk {_dial.Trunk} cannot be used for {_dial.To}");
            return;
        }

        EdgeMetrics.CallsDialled.Add(1, new KeyValuePair<string, object?>("trunk", _dial.Trunk));
        Invite(Edge.MediaOf(_dial.Trunk, isBrowser: false) with { Codecs = TrunksCodecsFor(partner), OfferComfortNoise = partner?.AnnouncesSilence == true }, (tag, offer) => new InviteRequest
        {
            Target = address.Target,
            Route = address.Route,
            From = TrunkIdentity.From(_dial, Edge.Options.Domain),
            Headers = TrunkIdentity.Headers(_dial, Call.Offer, trunk, Edge.Options.Domain, address.Target),
            LocalTag = tag,
            ContactUser = tag,
            GiveUpAfter = trunk.ResponseTimeout,
            Credentials = Edge.TrunkCredentials.For(_dial.Trunk, trunk),
            Body = offer,
            Redirect = contact => Edge.Redirects.ForTrunk(_dial.Trunk, contact),
        });
    }

    /// <summary>The trunk's codecs, those first that the partner speaks.</summary>
    private IReadOnlyList<AudioCodec> TrunksCodecsFor(Leg? partner)
    {
        var preferred = CodecsFor(partner).ToList();
        return [.. Edge.CodecsOf(_dial.Trunk).OrderBy(codec => preferred.IndexOf(codec) is >= 0 and var place ? place : int.MaxValue)];
    }
}
