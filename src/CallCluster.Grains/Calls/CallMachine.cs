using CallCluster.Contracts.Calls;
using CallCluster.Contracts.Configuration;
using CallCluster.Contracts.Edges;
using CallCluster.Grains.Machines;

namespace CallCluster.Grains.Calls;

/// <summary>The call's one owner: what one call does, from the offer to its record (DESIGN section 4).</summary>
/// <remarks>
/// Parts: Placing and CallerWay (calls that begin at our side), Callback and KeptCallback, Commands (to the edge), Attach (after a crash of either side), Channel, Routing (destinations), Flow, Queue, Place, Waiting, Announcing, Agent, RingAll, Transfer, Referring, Replacing, Conversation, Supervision, Recording, Outbound, Voicemail, Ending.
/// A turn is one call of a public method; the fields that begin a turn (time and effects) hold for it alone.
/// </remarks>
public sealed partial class CallMachine : Machine<CallMessage>
{
    /// <summary>An edge attaches its calls every 30 s: one that has been silent for three sweeps is asked about.</summary>
    private static readonly TimeSpan EdgeSilence = TimeSpan.FromSeconds(100);
    private static readonly TimeSpan EdgeInquiryEvery = TimeSpan.FromSeconds(30);

    /// <summary>A living edge that has not attached a call in ten sweeps does not carry it.</summary>
    private static readonly TimeSpan NotCarriedAfter = TimeSpan.FromSeconds(300);

    /// <summary>After an activation nothing is given up sooner: what the edge has to tell must arrive first (PROTOCOL rule 2).</summary>
    private static readonly TimeSpan SettleAfterActivation = TimeSpan.FromSeconds(5);
    private const int MaxSteps = 200;

    private readonly IRoutingConfiguration _routing;
    private readonly DateTimeOffset _activatedAt;
    private DateTimeOffset? _doubtAt;
    private DateTimeOffset _lastHeard;
    private DateTimeOffset _now;
    private long _stamp;
    private Effects _effects = null!;

    /// <param name="callId">The grain's key.</param>
    /// <param name="stored">What the store has; null when nothing, or for an id that is known to be new.</param>
    /// <param name="routing">The current configuration, read anew at each step.</param>
    /// <param name="activatedAt">Now.</param>
    public CallMachine(string callId, StoredCall? stored, IRoutingConfiguration routing, DateTimeOffset activatedAt)
    {
        CallId = callId;
        State = stored;
        _routing = routing;
        _activatedAt = activatedAt;
        if (stored is null) return;
        _lastHeard = activatedAt;
        if (!stored.Forgotten) _doubtAt = activatedAt + EdgeSilence;
        var settled = activatedAt + SettleAfterActivation;
        if (stored.Deadline < settled) stored.Deadline = settled;
        stored.RepeatAt = activatedAt + TimeSpan.FromSeconds(1);
        if (stored.Supervision is { Deadline: { } due } supervision && due < settled) stored.Supervision = supervision with { Deadline = settled };
    }

    public string CallId { get; }

    /// <summary>What the host stores when <see cref="Effects.MustPersist"/>; null while nothing is known of the call.</summary>
    public StoredCall? State { get; private set; }

    /// <summary>
    /// Another activation has driven the call since: the host deactivates this one and lets the turn fail, so that the edge delivers again to
    /// one that has loaded what is stored. Effects of the turn are void.
    /// </summary>
    public bool Superseded { get; private set; }

    public override DateTimeOffset? NextDue
    {
        get
        {
            if (_cleared) return null;
            if (State is null) return Earlier(InquiriesDue, _resendAt);
            var due = Earlier(_resendAt, _doubtAt);
            return Earlier(Earlier(Earlier(due, SupervisionDue(State)), Earlier(State.CallbackDue, AnnouncementDue(State))), Earlier(State.Deadline, State.RepeatAt));
        }
    }

    private RoutingOptions Routing => _routing.Current;

    /// <summary>Takes the next events of the edge; when it returns they are acknowledged.</summary>
    public void Deliver(EdgeEvents batch, DateTimeOffset now, Effects effects)
    {
        Begin(now, effects);
        if (batch.FirstSequence == 0) OnCallUnknown(batch);
        else if (!Superseded) Take(batch);
        if (Superseded) effects.Reset();
        else Flush();
    }

    public override void Handle(CallMessage message, DateTimeOffset now, Effects effects)
    {
        Begin(now, effects);
        if (Superseded) return;
        if (State is null) HandleUnknown(message);
        else Dispatch(message, State);
        Flush();
    }

    public override void OnDue(DateTimeOffset now, Effects effects)
    {
        Begin(now, effects);
        if (Superseded) return;
        if (State is not { } call)
        {
            AskAgainToAttach();
            AnswerInquiries();
            return;
        }
        if (_resendAt <= now) Resend();
        if (_doubtAt <= now)
        {
            _doubtAt = now + EdgeInquiryEvery;
            effects.ToEdge(call.EdgeId, new EdgeInquiry(CallId));
        }
        if (SupervisionDue(call) <= now) OnSupervisionDue(call);
        if (call.CallbackDue <= now) OnCallbackDue(call);
        if (AnnouncementDue(call) <= now) OnAnnouncementDue(call);
        if (call.RepeatAt <= now)
        {
            call.RepeatAt = null;
            OnRepeat(call);
        }
        if (call.Deadline <= now)
        {
            call.Deadline = null;
            OnDeadline(call);
        }
        Flush();
    }

    /// <summary>The host has written the record that <see cref="Effects.Publish"/> gave it. Until told so, the machine publishes it again.</summary>
    public void OnRecordWritten(DateTimeOffset now, Effects effects)
    {
        Begin(now, effects);
        if (Superseded || State is not { Phase: CallPhase.Ended } call) return;
        call.RecordWritten = true;
        Settle(call);
        Flush();
    }

    /// <summary>What the API shows; null when nothing is known.</summary>
    public CallView? View() => State is not { } call ? null : new CallView
    {
        Id = CallId,
        State = call.Phase switch
        {
            not CallPhase.Ended when call.Transfer is not null => CallState.Transferring,
            CallPhase.AcquiringChannel => CallState.Offered,
            CallPhase.Reserving when call.Agent?.Queue is not null => CallState.Queued,
            CallPhase.Reserving or CallPhase.AcquiringTrunk => call.AnsweredAt is null ? CallState.Offered : CallState.Greeting,
            CallPhase.Greeting => CallState.Greeting,
            CallPhase.Queued or CallPhase.CallbackPause => CallState.Queued,
            CallPhase.FindingEdge or CallPhase.AcquiringCallersTrunk => CallState.Offered,
            CallPhase.Ringing or CallPhase.Dialling or CallPhase.DiallingCaller => CallState.Ringing,
            CallPhase.Connected => CallState.Connected,
            CallPhase.Transferring => CallState.Transferring,
            CallPhase.Ended => CallState.Ended,
            _ => CallState.Voicemail,
        },
        Trunk = call.Offer.Trunk ?? call.CallerWay?.Trunk,
        Caller = call.Offer.Caller,
        Dialled = call.Offer.Dialled,
        Queue = call.Queue,
        Agent = call.Agent?.AgentId,
        Edge = call.EdgeId,
        OfferedAt = call.Offer.ReceivedAt,
        QueuedAt = call.FirstQueuedAt,
        ConnectedAt = call.ConnectedAt,
        Destination = call.Destination,
        Supervision = call.Supervision is { } supervision ? new SupervisionView(supervision.AgentId, supervision.Mode, supervision.Joined) : null,
        Assignments = [.. call.Assignments],
        Transfer = call.LastTransfer,
        Held = call.Agent is { Holds: true },
    };

    private void Begin(DateTimeOffset now, Effects effects)
    {
        _now = now;
        _effects = effects;
    }

    private void On(CallEvent happened, StoredCall call)
    {
        switch (happened)
        {
            case CallAttached attached: OnAttached(attached, call); break;
            case LegRinging ringing: OnLegRinging(ringing.Leg, call); break;
            case LegAnswered answered: OnLegAnswered(answered.Leg, call); break;
            case LegEnded ended: OnLegEnded(ended, call); break;
            case TransferAsked asked: OnTransferAsked(asked, call); break;
            case ReplacementAsked asked: OnReplacementAsked(asked, call); break;
            case LegKept kept: _kept.Add(kept.Leg); break;
            case LegReplaced replaced: OnLegReplaced(replaced, call); break;
            case ReferEnded ended: OnReferEnded(ended, call); break;
            case DigitReceived digit: OnDigit(digit, call); break;
            case PlaybackFinished finished: OnPlaybackFinished(finished, call); break;
            case ConversationRecorded recorded: OnConversationRecorded(recorded, call); break;
            case RecordingPrepared: OnRecordingPrepared(call); break;
            case RecordingFinished recording: OnRecordingFinished(recording, call); break;
        }
    }

    private void Dispatch(CallMessage message, StoredCall call)
    {
        switch (message)
        {
            case ChannelGranted granted: OnChannelGranted(granted, call); break;
            case ChannelRefused refused: OnChannelRefused(refused, call); break;
            case ChannelInquiry inquiry: OnChannelInquiry(inquiry, call); break;
            case AgentReserved reserved: OnAgentReserved(reserved, call); break;
            case AgentRefused refused: OnAgentRefused(refused, call); break;
            case AgentInquiry inquiry: OnAgentInquiry(inquiry, call); break;
            case QueueOverflowed overflowed: OnQueueOverflowed(overflowed, call); break;
            case PlaceKept kept: OnPlaceKept(kept, call); break;
            case WaitTold told: OnWaitTold(told, call); break;
            case QueueInquiry inquiry: TellQueue(inquiry.Queue, call); break;
            case TicketStored stored: OnTicketStored(stored, call); break;
            case EdgesListed listed: OnEdgesListed(listed, call); break;
            case EdgeRefused refused: OnEdgeRefused(refused, call); break;
            case CallbackKept kept: OnCallbackKept(kept, call); break;
            case CallbackRefused refused: OnCallbackRefused(refused, call); break;
            case CallbackDropped dropped: OnCallbackDropped(dropped, call); break;
            case CallbackAwaited awaited: OnCallbackAwaited(awaited, call); break;
            case CallEdgeLost lost: OnEdgeLost(lost.EdgeId, call); break;
            case CallEdgeAlive alive: OnEdgeAlive(alive.EdgeId, call); break;
        }
    }

    /// <summary>Asks again for what the phase waits for.</summary>
    private void OnRepeat(StoredCall call)
    {
        switch (call.Phase)
        {
            case CallPhase.AcquiringChannel: AskForChannel(call); break;
            case CallPhase.Reserving: AskForAgent(call); break;
            case CallPhase.AcquiringTrunk: AskForTrunk(call); break;
            case CallPhase.FindingEdge: OnEdgeSilent(call); break;
            case CallPhase.AcquiringCallersTrunk: AskForCallersTrunk(call); break;
            case CallPhase.Transferring when call.Transfer is { To: null }: AskForTransferee(call); break;
            case CallPhase.Queued: OnStillQueued(call); break;
            case CallPhase.StoringTicket: StoreTicket(call); break;
            case CallPhase.Ended: SettleAgain(call); break;
        }
    }

    private void OnDeadline(StoredCall call)
    {
        switch (call.Phase)
        {
            case CallPhase.AcquiringChannel: OnTrunkSilent(call); break;
            case CallPhase.Greeting: OnFlowDue(call); break;
            case CallPhase.Reserving: OnAgentSilent(call); break;
            case CallPhase.Ringing: OnRingTimeout(call); break;
            case CallPhase.AcquiringTrunk: OnTrunkMute(call); break;
            case CallPhase.Dialling: OnRingsTooLong(call); break;
            case CallPhase.FindingEdge: OnNoEdge(call); break;
            case CallPhase.AcquiringCallersTrunk: LeaveCallersTrunk($"{call.CallerWay!.Trunk} did not say whether a channel is free", call); break;
            case CallPhase.DiallingCaller: OnCallerRingsTooLong(call); break;
            case CallPhase.CallbackPause: OnCallbackPauseOver(call); break;
            case CallPhase.Transferring when call.Transfer is { Refers: true }: OnReferSilent(call); break;
            case CallPhase.Transferring: OnTransfereeSilent(call); break;
            case CallPhase.Ended: OnSettlingDue(call); break;
            case not (CallPhase.Queued or CallPhase.Connected): OnVoicemailDue(call); break;
        }
    }

    private void Enter(CallPhase phase, StoredCall call, TimeSpan? bound = null)
    {
        call.Phase = phase;
        call.Deadline = _now + bound;
        call.RepeatAt = null;
        if (phase != CallPhase.Queued && !IsCallback(call)) call.CallbackDue = null;
        _effects.Persist();
        if (!IsTalking(call)) EndSupervision("conversation ended", call);
    }

    private void Step(StoredCall call, string what)
    {
        if (call.Steps.Count < MaxSteps) call.Steps.Add(new CallStep(_now, what));
    }

    /// <summary>
    /// A number above <paramref name="last"/> and above any that was given before now by an activation that could not store it: a hybrid logical clock.
    /// </summary>
    private long Stamp(long last) => _stamp = Math.Max(Math.Max(last, _stamp) + 1, _now.UtcTicks);

    private static DateTimeOffset? Earlier(DateTimeOffset? one, DateTimeOffset? other) => one is null || other < one ? other : one;
}
