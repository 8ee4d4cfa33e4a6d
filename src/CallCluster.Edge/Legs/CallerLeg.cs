using CallCluster.Contracts.Calls;
using CallCluster.Contracts.Configuration;
using CallCluster.Edge.Admission;
using CallCluster.Edge.Calls;
using CallCluster.Sip.Messages;
using CallCluster.Sip.Sdp;
using CallCluster.Sip.UserAgents;

namespace CallCluster.Edge.Legs;

/// <summary>The caller's leg: the UAS side of the INVITE that began the call. Leg 0.</summary>
internal sealed class CallerLeg : Leg
{
    private readonly SessionDescription? _offer;
    private readonly MediaCapabilities _capabilities;
    private bool _answered;

    /// <param name="call">The call.</param>
    /// <param name="invite">The INVITE, accepted by admission.</param>
    /// <param name="offer">Its session description; null for a late offer.</param>
    /// <param name="capabilities">What the trunk may use.</param>
    public CallerLeg(EdgeCall call, IncomingInvite invite, SessionDescription? offer, MediaCapabilities capabilities) : base(call, 0)
    {
        _offer = offer;
        _capabilities = capabilities;
        Dtmf = Edge.DtmfOf(call.Offer.Trunk);
        var tag = Edge.Names.Tag(call.Id, 0);
        PartyAddress = invite.RemoteEndPoint.Address;
        Session = invite.Open(this, tag, tag);
    }

    protected override DtmfMode Dtmf { get; }

    protected override string? OwnAgent => Call.Offer.CallingAgent;

    protected override string? OwnTrunk => Call.Offer.Trunk;

    public override IReadOnlyList<AudioCodec> PreferredCodecs =>
        [.. (Codec is { } spoken ? [spoken] : _offer is null ? _capabilities.Codecs : OfferedFirst()).Union(Edge.CodecsOf(null))];

    public override bool AnnouncesSilence => Exchange?.Media is { } media ? media.ReceiveComfortNoisePayloadType is not null
        : _offer?.Media.FirstOrDefault(line => line.Media == "audio")?.RtpMaps.Any(map => map.Is("CN", 8000)) == true;

    protected override string MetricLabel => Call.Offer.Trunk ?? base.MetricLabel;

    public void SendRinging()
    {
        if (_answered) return;
        State = LegState.Ringing;
        Session!.Progress(180);
    }

    public void SendQueued()
    {
        if (!_answered) Session!.Progress(182, "Queued");
    }

    /// <summary>Answers with media; <see cref="LegAnswered"/> follows the ACK.</summary>
    public void Answer()
    {
        if (_answered) return;
        // What an agent speaks already need not be transcoded.
        if (!OpenMedia(_capabilities with { Codecs = [.. _capabilities.Codecs.OrderBy(codec => Call.Speaks(codec) ? 0 : 1)] }))
        {
            OwnFailure = (LegEndCause.Failed, Refusal.NoMediaPort.Answer().Reason);
            Refuse(Refusal.NoMediaPort);
            return;
        }

        SipBody body;
        if (_offer is null)
        {
            body = Exchange!.CreateOffer().ToBody();
        }
        else if (Exchange!.AnswerOffer(_offer) is { } answer)
        {
            Configure(answer.Media);
            body = answer.Description.ToBody();
        }
        else
        {
            OwnFailure = (LegEndCause.Failed, Refusal.NoCommonCodec.Answer().Reason);
            Refuse(Refusal.NoCommonCodec);
            return;
        }

        _answered = true;
        AwaitsAnswer = _offer is null;
        Session!.Accept(body);
        EdgeMetrics.SetupDuration.Record((Edge.Clock.GetUtcNow() - Call.Offer.ReceivedAt).TotalSeconds);
    }

    public void Reject(int status, string? reason, TimeSpan? retryAfter, int? networkCause = null)
    {
        if (_answered) HangUp(status, reason, networkCause);
        else Session!.Reject(status, reason, [(HeaderNames.Reason, ReasonHeader.For(status, reason, networkCause)), .. retryAfter is { } pause ? [RetryAfter.Header(pause)] : Array.Empty<(string, string)>()]);
    }

    /// <summary>Refuses the caller for a reason of this edge.</summary>
    public void Refuse(Refusal refusal)
    {
        EdgeMetrics.CallsRefused.Add(1, new KeyValuePair<string, object?>("reason", refusal.ToString()));
        var (status, reason) = refusal.Answer();
        Reject(status, reason, refusal.MayRetry() ? RetryAfter.Jittered() : null);
    }

    protected override void OnConfirmed()
    {
        if (State == LegState.Answered) return; // by the dialog that this one replaced
        State = LegState.Answered;
        Call.TellLater(new LegAnswered(Number));
    }

    protected override LegEndCause CauseOf(SessionEndCause cause, int? status) => cause switch
    {
        SessionEndCause.RemoteBye => LegEndCause.RemoteHangup,
        SessionEndCause.Cancelled => LegEndCause.Cancelled,
        SessionEndCause.LocalBye or SessionEndCause.LocalReject => LegEndCause.LocalHangup,
        SessionEndCause.EndpointClosed => LegEndCause.EdgeLost,
        _ => LegEndCause.Failed,
    };

    private IReadOnlyList<AudioCodec> OfferedFirst()
    {
        var maps = _offer!.Media.FirstOrDefault(line => line.Media == "audio")?.RtpMaps ?? [];
        return [.. _capabilities.Codecs.OrderBy(codec => maps.Any(map => map.Is(codec.Name, codec.ClockRate)) ? 0 : 1)];
    }
}
