using CallCluster.Contracts.Calls;
using CallCluster.Edge.Calls;
using CallCluster.Sip.Messages;
using CallCluster.Sip.Sdp;
using CallCluster.Sip.UserAgents;

namespace CallCluster.Edge.Legs;

/// <summary>A leg to a party that we call, an agent's phone or one behind a trunk: the UAC side of an INVITE of ours.</summary>
internal abstract class CalledLeg(EdgeCall call, int number) : Leg(call, number)
{
    /// <summary>Calls the party; failures come as <see cref="LegEnded"/>.</summary>
    /// <param name="partner">Whom the party shall talk with; null when that is not known yet.</param>
    public abstract void Start(Leg? partner);

    /// <summary>Codecs for the leg: what the partner speaks first.</summary>
    protected IReadOnlyList<AudioCodec> CodecsFor(Leg? partner) => partner?.PreferredCodecs ?? Edge.CodecsOf(null);

    /// <summary>Sends the INVITE with an offer of what we can do; failures come as <see cref="LegEnded"/>.</summary>
    protected void Invite(MediaCapabilities capabilities, Func<string, SipBody, InviteRequest> request)
    {
        if (!OpenMedia(capabilities))
        {
            EndWithoutSession(LegEndCause.Failed, "no media port free");
            return;
        }

        Session = Edge.Sip.Invite(request(Edge.Names.Tag(Call.Id, Number), Exchange!.CreateOffer().ToBody()), this);
    }

    protected override void OnProgress(ReadOnlyMemory<byte> early)
    {
        if (State is not (LegState.Trying or LegState.Ringing)) return;
        // The answer may come early (RFC 3262 5), and then not again with the 200.
        if (!early.IsEmpty) TakeAnswer(early, isEarly: true);
        if (State == LegState.Ringing) return;
        State = LegState.Ringing;
        TellRinging();
    }

    protected override void OnAccepted(ReadOnlyMemory<byte> answer)
    {
        if (State is LegState.Ended or LegState.Answered) return;
        if (!(answer.IsEmpty ? ConfirmEarlyAnswer() : TakeAnswer(answer)))
        {
            OwnFailure = (LegEndCause.Failed, "the phone's answer has no usable audio");
            HangUp(488, "No Usable Answer");
            return;
        }

        State = LegState.Answered;
        Tell(new LegAnswered(Number));
    }

    /// <summary>Tells the CallGrain that the party rings.</summary>
    protected abstract void TellRinging();

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
