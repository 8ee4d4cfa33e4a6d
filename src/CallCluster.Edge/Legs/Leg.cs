using CallCluster.Contracts.Calls;
using CallCluster.Contracts.Configuration;
using CallCluster.Edge.Admission;
using CallCluster.Edge.Calls;
using CallCluster.Media.Engine;
using CallCluster.Media.Prompts;
using CallCluster.Sip.Messages;
using CallCluster.Sip.Sdp;
using CallCluster.Sip.UserAgents;

namespace CallCluster.Edge.Legs;

/// <summary>
/// One SIP dialog and its media at this edge. Methods are called in the call's mailbox; the callbacks of SIP and media only post there.
/// </summary>
internal abstract partial class Leg(EdgeCall call, int number) : IInviteSessionHandler, IMediaStreamHandler
{
    private int? _bridgedTo;
    private bool _held;
    private bool _isHungUp;
    private bool _inbandDtmf;
    private InviteSession? _configuredFor;
    private int? _networkCause;

    public int Number { get; } = number;

    public LegState State { get; protected set; } = LegState.Trying;

    /// <summary>The leg's RTP stream, once it is open.</summary>
    public MediaStream? Media { get; private set; }

    /// <summary>What offer and answer agreed on, once they have.</summary>
    public AudioCodec? Codec => Exchange?.Media?.Codec;

    /// <summary>Codecs for the leg of a partner: what this one speaks first, so that nothing is transcoded when it need not be; then all of the edge's.</summary>
    public virtual IReadOnlyList<AudioCodec> PreferredCodecs => [.. (Codec is { } spoken ? [spoken] : Array.Empty<AudioCodec>()).Union(Edge.CodecsOf(null))];

    /// <summary>The party may announce silences (RFC 3389): what a partner's phone can take as they are.</summary>
    public virtual bool AnnouncesSilence => Exchange?.Media?.ReceiveComfortNoisePayloadType is not null;

    protected EdgeCall Call { get; } = call;

    protected EdgeContext Edge => Call.Edge;

    protected InviteSession? Session { get; set; }

    /// <summary>Offers and answers of this leg; set by <see cref="OpenMedia"/>.</summary>
    protected OfferAnswerSession? Exchange { get; private set; }

    /// <summary>Why we ended the leg ourselves, when it was not the CallGrain's wish.</summary>
    protected (LegEndCause Cause, string? Text)? OwnFailure { get; set; }

    /// <summary>The leg as the CallGrain may have to learn of it anew.</summary>
    public LegSnapshot Snapshot() => _replacedBy is { } by ? new LegSnapshot(Number, State, null, null, _bridgedTo, Number == 0 ? null : "", by) { IsSupervisor = IsSupervisor } : OwnSnapshot(_bridgedTo);

    /// <summary>The leg while the party is on it that it was made for.</summary>
    protected virtual LegSnapshot OwnSnapshot(int? bridgedTo) => new(Number, State, null, null, bridgedTo);

    /// <summary>Ends the leg in whatever state it is; <see cref="LegEnded"/> follows.</summary>
    public void HangUp(int status, string? reason, int? networkCause = null)
    {
        _isHungUp = true;
        // A phone that rings in vain did not miss a call that somebody else took.
        var isElsewhere = status == 200 && State is LegState.Trying or LegState.Ringing;
        Session?.HangUp(status, isElsewhere ? ReasonHeader.CompletedElsewhere : ReasonHeader.For(status, reason, networkCause));
        AbandonReplacement();
        if (_refer is { PartyEnd: not null }) AbandonRefer();
        Release();
    }

    /// <summary>It is in the call's mix, and its bridge, if it had one, waits until that ends.</summary>
    public bool IsMixed { get; set; }

    public void BridgeTo(Leg other)
    {
        ResumeParty();
        other.ResumeParty();
        if ((_bridgedTo == other.Number && !IsMixed) || Media is null || other.Media is null) return; // one of them ended or was never answered: its LegEnded is on the way
        AbandonRefer(); // the CallGrain waits for it no more
        other.AbandonRefer();
        if (Media is null || other.Media is null) return;
        Media.Bridge(other.Media);
        _bridgedTo = other.Number;
        other._bridgedTo = Number;
        IsMixed = other.IsMixed = false;
    }

    public void Unbridge()
    {
        if (_bridgedTo is null && !IsMixed) return;
        var number = _bridgedTo;
        _bridgedTo = null;
        IsMixed = false;
        Media?.Unbridge();
        if (number is { } partner && Call.Find(partner) is { } other && other._bridgedTo == Number) other._bridgedTo = null;
    }

    public void Play(Play play)
    {
        var prompts = new Prompt[play.Prompts.Length];
        for (var i = 0; i < prompts.Length; i++)
        {
            if (Edge.TryGetPrompt(play.Prompts[i], play.Language, out var prompt))
            {
                prompts[i] = prompt;
                continue;
            }

            EdgeMetrics.PromptsMissing.Add(1);
            Edge.LogPromptMissing(Call.Id, play.Prompts[i], Edge.Options.PromptDirectory);
            prompts = [];
            break;
        }

        if (Media is null || prompts.Length == 0) Call.Tell(new PlaybackFinished(Number, play.PlayId, Interrupted: false));
        else Media.Play(prompts, play.Loop, play.StopOnDigit, play.PlayId);
        _stopsOnDigit = play.StopOnDigit;
    }

    public void StopPlaying() => Media?.StopPlaying();

    /// <summary>The trunk in metrics.</summary>
    protected virtual string MetricLabel => "agents";

    private LegQuality? Quality => Media is { } media && Codec is { } codec ? LegQualityReport.Of(Number, codec, media.Statistics) : null;

    /// <summary>Opens the RTP port and prepares offers or answers with it; false when no port is free.</summary>
    protected bool OpenMedia(MediaCapabilities capabilities)
    {
        if (Media is not null) return true;
        try
        {
            Media = Edge.Media.Open(this);
        }
        catch (NoPortAvailableException)
        {
            Edge.LogNoPort(Call.Id);
            return false;
        }

        _inbandDtmf = Dtmf == DtmfMode.Inband;
        Exchange = NewExchange(capabilities);
        return true;
    }

    private OfferAnswerSession NewExchange(MediaCapabilities capabilities) =>
        new(capabilities with { Port = Media!.LocalPort, TelephoneEventPayloadType = Dtmf == DtmfMode.Rfc4733 ? capabilities.TelephoneEventPayloadType : null }) { Direction = WantedDirection };

    /// <summary>Makes the stream what offer and answer agreed on, and tells when the remote party holds or takes back.</summary>
    /// <param name="media">What was agreed.</param>
    /// <param name="isEarly">Before the 200: silence means nothing yet.</param>
    protected void Configure(NegotiatedMedia media, bool isEarly = false)
    {
        // A peer on hold, by whichever side, need not send; one that is away for good is then found by the session timer.
        var isHeard = !isEarly && media.Direction == Sip.Sdp.MediaDirection.SendRecv && Edge.Options.DeadMediaAfter > TimeSpan.Zero;
        Media?.Configure(ParametersOf(media) with { MediaTimeout = isHeard ? Edge.Options.DeadMediaAfter : null });
        _configuredFor = Session;
        var held = !_holdsParty && !media.Direction.HasFlag(Sip.Sdp.MediaDirection.SendOnly);
        if (held == _held) return;
        _held = held;
        Call.Tell(new LegHeld(Number, held));
    }

    /// <summary>The party has hung up and the leg waits for whoever takes its place: to where the party was nothing goes any more, and nothing is taken from there.</summary>
    private void FallSilent()
    {
        if (Exchange?.Media is { } media) Media?.Configure(ParametersOf(media with { Direction = Sip.Sdp.MediaDirection.Inactive }));
    }

    private MediaStreamParameters ParametersOf(NegotiatedMedia media) => media.ToStreamParameters() with
    {
        InbandDtmf = _inbandDtmf,
        AllowLatch = Edge.Options.Latch != LatchPolicy.Off,
        LatchOnly = Edge.Options.Latch == LatchPolicy.Signalling ? Session?.RemoteEndPoint?.Address : null,
        IsAnotherPeer = _configuredFor is not null && _configuredFor != Session,
    };

    protected void Tell(CallEvent callEvent) => Call.Tell(callEvent);

    /// <summary>Queues work in the call's mailbox once a time has passed.</summary>
    private void PostAfter(TimeSpan delay, Action work)
    {
        _ = Wait();

        async Task Wait()
        {
            await Task.Delay(delay, Edge.Clock).ConfigureAwait(false);
            Call.Post(work);
        }
    }

    /// <summary>Called in the mailbox when the leg is over; the derived class maps what only it knows.</summary>
    protected abstract LegEndCause CauseOf(SessionEndCause cause, int? status);

    private void End(LegEndCause cause, int? status, string? reason)
    {
        if (State == LegState.Ended) return;
        State = LegState.Ended;
        AbandonReplacement();
        Forget();
        if (_refer is { } refer) CloseRefer(refer, cause == LegEndCause.RemoteHangup ? "HungUp" : "Abandoned");
        // The record is written when the first of two joined legs ends: the other's figures so far travel along.
        LegQuality[] quality = [.. new[] { Quality, _bridgedTo is { } other ? Call.Find(other)?.Quality : null }.OfType<LegQuality>()];
        if (Quality is { } own) LegQualityReport.Record(own, MetricLabel);
        // A stream that closes leaves its bridge: asking for that before would wake the media thread twice.
        var media = Media;
        Media = null;
        Unbridge();
        media?.Dispose();
        DiscardUnspoken();
        TellFailedRecording();
        EdgeMetrics.LegsEnded.Add(1, new KeyValuePair<string, object?>("cause", cause.ToString()));
        Tell(new LegEnded(Number, cause, status, reason) { Quality = quality, NetworkCause = _networkCause, RedirectedTo = RedirectedTo });
    }

    /// <summary>Where the party who was called sends the caller.</summary>
    protected virtual string? RedirectedTo => null;

    /// <summary>Ends a leg that never had a session.</summary>
    protected void EndWithoutSession(LegEndCause cause, string reason) => End(cause, null, reason);

    void IMediaStreamHandler.OnPlaybackFinished(MediaStream stream, long playId, bool interrupted) =>
        Call.Post(() => Tell(new PlaybackFinished(Number, playId, interrupted)));
}
