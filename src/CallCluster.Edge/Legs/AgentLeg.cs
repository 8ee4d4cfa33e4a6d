using CallCluster.Contracts.Calls;
using CallCluster.Edge.Calls;
using CallCluster.Sip.Messages;
using CallCluster.Sip.UserAgents;
using CallCluster.Sip.Uris;

namespace CallCluster.Edge.Legs;

/// <summary>A leg to an agent's phone: the UAC side of an INVITE of ours.</summary>
internal sealed class AgentLeg : Leg
{
    private readonly Originate _originate;

    private AgentLeg(EdgeCall call, Originate originate) : base(call, originate.Leg) => _originate = originate;

    /// <summary>Calls the agent; failures come as <see cref="LegEnded"/>.</summary>
    public static AgentLeg Originate(EdgeCall call, Originate originate, CallerLeg caller)
    {
        var leg = new AgentLeg(call, originate);
        leg.Start(caller);
        return leg;
    }

    public override LegSnapshot Snapshot() => base.Snapshot() with { AgentId = _originate.AgentId, OfferId = _originate.OfferId };

    private void Start(CallerLeg caller)
    {
        if (!SipUri.TryParse(_originate.Target, out var target))
        {
            EndWithoutSession(LegEndCause.Failed, $"agent {_originate.AgentId} has no usable address");
            return;
        }

        if (!OpenMedia(caller.PreferredCodecs))
        {
            EndWithoutSession(LegEndCause.Failed, "no media port free");
            return;
        }

        var tag = Edge.Names.Tag(Call.Id, Number);
        Session = Edge.Sip.Invite(new InviteRequest
        {
            Target = target,
            From = new NameAddress(Edge.UriOf(_originate.Caller), _originate.CallerName),
            LocalTag = tag,
            ContactUser = tag,
            Headers = _originate.Queue is { } queue ? [("X-CallCluster-Call", Call.Id), ("X-CallCluster-Queue", queue)] : [("X-CallCluster-Call", Call.Id)],
            Body = Exchange!.CreateOffer().ToBody(),
        }, this);
    }

    public override void OnProgress(InviteSession session, SipResponse response)
    {
        if (response.StatusCode < 180) return;
        Call.Post(() =>
        {
            if (State != LegState.Trying) return;
            State = LegState.Ringing;
            Call.TellLater(new LegRinging(Number));
        });
    }

    public override SipBody? OnAccepted(InviteSession session, SipResponse response)
    {
        Call.Post(() =>
        {
            if (State is LegState.Ended or LegState.Answered) return;
            if (!TakeAnswer(response.Body))
            {
                OwnFailure = (LegEndCause.Failed, "the phone's answer has no usable audio");
                HangUp(488, "No Usable Answer");
                return;
            }

            State = LegState.Answered;
            Tell(new LegAnswered(Number));
        });
        return null;
    }

    protected override LegEndCause CauseOf(SessionEndCause cause, int? status) => cause switch
    {
        SessionEndCause.RemoteBye => LegEndCause.RemoteHangup,
        SessionEndCause.LocalBye or SessionEndCause.Cancelled => LegEndCause.LocalHangup,
        SessionEndCause.EndpointClosed => LegEndCause.EdgeLost,
        SessionEndCause.RemoteReject => status switch
        {
            486 or 600 => LegEndCause.Busy,
            408 or 480 or null => LegEndCause.NoAnswer,
            >= 500 and < 600 => LegEndCause.Failed,
            _ => LegEndCause.Rejected,
        },
        _ => LegEndCause.Failed,
    };
}
