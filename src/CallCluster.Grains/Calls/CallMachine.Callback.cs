using CallCluster.Contracts.Calls;
using CallCluster.Contracts.Configuration;
using CallCluster.Contracts.Hours;
using CallCluster.Contracts.Queues;
using CallCluster.Grains.Voicemail;

namespace CallCluster.Grains.Calls;

/// <summary>
/// Callbacks: a caller who waits hangs up and is called when the turn comes. It stays the same call with the same entry in the queue, so age and place are kept (PROTOCOL rule 11) and there is
/// one record (I7). Meanwhile no leg, edge or channel is held. When an agent is reserved an edge is found (Placing), the agent is rung, then the caller (CallerWay). Who is not reached is
/// called again later, out of the line until then, and a ticket remains in the end.
/// </summary>
public sealed partial class CallMachine
{
    /// <summary>A callback has no edge whose sweep would assert its place in the queue (PROTOCOL rule 15).</summary>
    private static readonly TimeSpan AssertPlaceEvery = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan LongestConfirmation = TimeSpan.FromSeconds(30);

    private static bool IsCallback(StoredCall call) => call is { Callback.Noted: true, CallerGone: true };

    private CallbackOptions? CallbackOf(StoredCall call) => call.Queue is { } queue && Routing.Queues.TryGetValue(queue, out var options) ? options.Callback : null;

    /// <summary>Whom the placed call, or the callback, is made to.</summary>
    private static Destination CallersAddress(StoredCall call) => call.Offer.Placed is { } placed ? Destination.Parse(placed.To) : new Destination(DestinationKind.Tel, call.Offer.Caller);

    /// <summary>Why the caller cannot be called back; null when they can. The number comes from a stranger, so only what <c>Outbound:Allow</c> permits is called.</summary>
    private string? WhyNoCallback(StoredCall call)
    {
        if (call.Offer.Trunk is null) return "no caller from outside";
        var to = CallersAddress(call);
        if (!Routing.Outbound.Allows(to)) return $"Outbound:Allow does not permit {to}";
        return Routing.Outbound.TrunksFor(to).Count == 0 ? $"no route in Outbound:Routes fits {to}" : null;
    }

    /// <summary>When it is offered to a queued caller.</summary>
    private void PlanCallbackOffer(StoredCall call)
    {
        var after = call is { CallerGone: false, NoCallback: false, KeysForCallback: null } ? CallbackOf(call)?.Offer : null;
        call.CallbackDue = Later(call.FirstQueuedAt + after, _now);
    }

    private void OnCallbackDue(StoredCall call)
    {
        call.CallbackDue = null;
        if (call.Phase != CallPhase.Queued) return;
        if (IsCallback(call)) GiveUpCallback("not called back in time", call);
        else if (call.Callback is { Noted: true }) HangUpForCallback(call); // the confirmation has no end
        else if (call.Callback is not null) RefuseCallback("it could not be stored in time", call);
        else if (call.PlayId != 0) call.CallbackDue = _now + WhilePromptPlays;
        else OfferCallback(call);
    }

    private void OfferCallback(StoredCall call)
    {
        if (CallbackOf(call) is not { } options || WhyNoCallback(call) is not null) return;
        Step(call, "callback offered");
        Answer(call);
        call.KeysForCallback = "";
        Listen(true, call);
        if (options.Prompt is { } prompt) PlayToWaiting([prompt], stopOnDigit: true, call);
        _effects.Persist();
    }

    private void StopOfferingCallback(StoredCall call)
    {
        call.KeysForCallback = null;
        if (call.Listening) Listen(false, call);
    }

    /// <summary>A key while waiting.</summary>
    private void OnQueuedDigit(char digit, StoredCall call)
    {
        if (call is not { KeysForCallback: { } keys, Callback: null } || CallbackOf(call) is not { } options) return;
        keys += digit;
        if (keys.Length > options.Key.Length) keys = keys[^options.Key.Length..];
        call.KeysForCallback = keys;
        _effects.Persist();
        if (keys == options.Key) AskForCallback(options, call);
    }

    /// <summary>Destination callback:QUEUE: at once, without asking. Who cannot be called back waits in the queue.</summary>
    private void EnterCallback(string queue, StoredCall call)
    {
        if (!Routing.Queues.TryGetValue(queue, out var options) || options.Callback is not { } callback)
        {
            NotConfigured($"callback:{queue}", call);
            return;
        }
        var why = WhyNoCallback(call);
        if (why is not null)
        {
            Step(call, $"cannot be called back: {why}");
            call.NoCallback = true;
        }
        EnterQueue(queue, call);
        if (why is null && call is { NoCallback: false, Callback: null }) AskForCallback(callback, call);
    }

    private void AskForCallback(CallbackOptions options, StoredCall call)
    {
        StopOfferingCallback(call);
        call.Callback = new CallbackState { ExpiresAt = _now + options.Within };
        call.CallbackKeptBy = call.Queue;
        call.CallbackDue = _now + KeepPatience;
        call.RepeatAt = _now + AskToKeepEvery;
        _effects.Persist();
        AskToKeep(call);
        // The queue must not send away whom it is to call back.
        call.Version = Stamp(call.Version);
        Enqueue(call);
    }

    private void RefuseCallback(string why, StoredCall call)
    {
        Step(call, $"cannot be called back: {why}");
        ForgetCallback(call);
        _effects.Persist();
        if (call.Phase != CallPhase.Queued) return;
        var options = CallbackOf(call);
        EnterQueued(call);
        if (options?.Refusal is { } prompt) PlayToWaiting([prompt], stopOnDigit: false, call);
    }

    /// <summary>From here on the caller may hang up without losing the place.</summary>
    private void ConfirmCallback(StoredCall call)
    {
        if (CallbackOf(call)?.Confirmation is not { } prompt)
        {
            HangUpForCallback(call);
            return;
        }
        call.CallbackDue = _now + LongestConfirmation;
        PlayToWaiting([prompt], stopOnDigit: false, call);
    }

    private void PlayToWaiting(string[] prompts, bool stopOnDigit, StoredCall call)
    {
        Answer(call);
        call.ToldOfWait = true;
        PlayOnce(call, prompts, stopOnDigit);
    }

    /// <summary>A prompt for a caller of a queue has ended; an agent may ring already.</summary>
    private void OnQueuedPrompt(StoredCall call)
    {
        call.PlayId = 0;
        if (call.Callback is { Noted: true })
        {
            HangUpForCallback(call);
            return;
        }
        AnnounceAfterPause(call);
        TellOfWait(call);
    }

    /// <summary>A new incarnation while the caller waits on the line.</summary>
    private void ResumeWait(StoredCall call)
    {
        if (call is { Callback.Noted: true, Phase: CallPhase.Queued }) ConfirmCallback(call);
        else TellOfWait(call);
    }

    private void HangUpForCallback(StoredCall call)
    {
        if (call.AnsweredAt is null) Send(new RejectCaller(480, "to be called back", null));
        else Send(new HangUp(0, 200, "to be called back"));
        OnCallbacksCallerGone(call);
    }

    /// <summary>The caller of a callback is gone from the line: the channel is given back, and the place stays.</summary>
    private void OnCallbacksCallerGone(StoredCall call)
    {
        call.CallerGone = true;
        call.AnsweredAt = null;
        call.Listening = false;
        call.KeysForCallback = null;
        call.PlayId = 0;
        call.NetworkCause = null;
        if (call.Offer.Trunk is { } trunk) _effects.ToTrunk(trunk, new Contracts.Trunks.ReleaseChannel(CallId));
        if (call.Phase == CallPhase.Queued) EnterQueued(call);
        else _effects.Persist();
    }

    /// <summary>In the line without a leg: the edge may forget the call.</summary>
    private void WaitWithoutCaller(StoredCall call)
    {
        call.CallbackDue = call.Callback!.ExpiresAt;
        call.RepeatAt = _now + SayAgainAfter;
        call.ToldOfWait = false;
        LeaveEdge(call);
    }

    private void AssertPlace(StoredCall call)
    {
        Enqueue(call);
        AskToKeep(call);
        call.RepeatAt = _now + AssertPlaceEvery;
    }

    private void LeaveEdge(StoredCall call)
    {
        call.Closing.Clear();
        if (!call.Forgotten) Send(new ForgetCall());
    }

    /// <summary>Out of the line for a while, at the old place afterwards.</summary>
    private void Pause(string why, DateTimeOffset until, StoredCall call)
    {
        Step(call, why);
        LeaveQueue(LeaveReason.Gone, call);
        var expires = call.Callback!.ExpiresAt;
        Enter(CallPhase.CallbackPause, call, (until < expires ? until : expires) - _now);
        call.CallbackDue = null;
        LeaveEdge(call);
    }

    private void OnCallbackPauseOver(StoredCall call)
    {
        if (_now >= call.Callback!.ExpiresAt) GiveUpCallback("not called back in time", call);
        else EnterCallbackQueue(call);
    }

    private void EnterCallbackQueue(StoredCall call)
    {
        if (Routing.Queues.ContainsKey(call.Queue!)) EnterQueue(call.Queue!, call, call.QueueAgent);
        else GiveUpCallback($"queue:{call.Queue} is not configured", call);
    }

    private OpeningHours? CallbackHours(StoredCall call) =>
        Routing.Queues.GetValueOrDefault(call.Queue!) is { } queue && (queue.Callback?.Hours ?? queue.Hours) is { } calendar && Routing.Hours.TryGetValue(calendar, out var hours) ? new OpeningHours(hours) : null;

    private bool IsCallingTime(StoredCall call) => CallbackHours(call)?.IsOpen(_now) != false;

    private DateTimeOffset OpensAt(StoredCall call) => CallbackHours(call)?.OpensAt(_now, call.Callback!.ExpiresAt) ?? _now;

    /// <summary>The queue has found an agent: the consent first, then an edge, the agent's phone and the caller.</summary>
    private void BeginCallback(AgentOffer offer, StoredCall call)
    {
        if (!IsCallingTime(call))
        {
            call.Agent = null;
            _effects.ToAgent(offer.AgentId, new Contracts.Agents.OfferDeclined(CallId, offer.OfferId));
            Pause("waits until callbacks are made", OpensAt(call), call);
            return;
        }
        call.Agent = offer;
        Step(call, $"{offer.AgentId} is free to call back");
        call.CallbackDue = null;
        FindEdge(call);
        _effects.ToAgent(offer.AgentId, new Contracts.Agents.OfferAccepted(CallId, offer.OfferId));
        call.Version = Stamp(call.Version);
        TellQueue(call.Queue!, call);
    }

    /// <summary>Back to the line, which leaves the agent who was reserved free.</summary>
    private void CallBackLater(string why, bool passOver, StoredCall call)
    {
        Step(call, why);
        LetGoOfCallbacksAgent(passOver, call);
        EnterQueued(call);
    }

    private void LetGoOfCallbacksAgent(bool passOver, StoredCall call)
    {
        ReleaseCallersTrunk(call);
        call.CallerWay = null;
        call.CallerGone = true;
        if (call.Agent is not { } agent) return;
        if (agent.Leg != 0) HangUpCalled(agent.Leg, 487, "not reached", call);
        if (passOver) call.RefusedBy.Add(new RefusedAgent(agent.AgentId, _now + PassOver));
        _effects.ToAgent(agent.AgentId, new Contracts.Agents.AgentReleased(CallId, agent.OfferId, TimeSpan.Zero));
        call.Agent = null;
    }

    private void OnCallbackNotReached(StoredCall call)
    {
        LetGoOfCallbacksAgent(passOver: false, call);
        var options = CallbackOf(call) ?? new CallbackOptions();
        var callback = call.Callback = call.Callback! with { Attempts = call.Callback.Attempts + 1 };
        if (callback.Attempts > options.Retries || _now + options.RetryEvery >= callback.ExpiresAt) GiveUpCallback($"not reached in {callback.Attempts} attempts", call);
        else Pause($"called back again in {options.RetryEvery}", _now + options.RetryEvery, call);
    }

    /// <summary>They talk already: the incarnation that joined them could not store it.</summary>
    private void TakeOverCallback(CallAttached attached, StoredCall call)
    {
        if (call.Phase != CallPhase.Queued || !IsCallback(call) || Find(0, attached) is not { Attempt: not 0, State: LegState.Answered } caller) return;
        if (!Array.Exists(attached.Legs, leg => leg is { Leg: not 0, BridgedTo: 0, AgentId: not null, State: LegState.Answered })) return;
        call.CallerWay = new OutboundCall { To = CallersAddress(call).ToString(), Trunk = caller.Trunk ?? "", Leg = caller.Attempt, DialledAt = _now };
        call.CallerGone = false;
        call.AnsweredAt = _now;
    }

    private void GiveUpCallback(string why, StoredCall call)
    {
        Step(call, why);
        call.EndReason = why;
        End(CallOutcome.NotReached, "callcluster", LeaveReason.Gone, call);
    }

    /// <summary>Somebody else has to do it: a ticket remains of every callback that did not come about.</summary>
    private void LeaveTicket(StoredCall call)
    {
        call.Voicemail = new VoicemailState { Box = $"callback:{call.Queue}", Queue = call.Queue, Reason = "Callback", Waited = _now - call.FirstQueuedAt!.Value };
        call.Voicemail.MakeTicket(CallId, call.Offer, TimeSpan.Zero, null, null, _now);
        StoreTicket(call);
    }

    private static DateTimeOffset? Later(DateTimeOffset? one, DateTimeOffset other) => one < other ? other : one;
}
