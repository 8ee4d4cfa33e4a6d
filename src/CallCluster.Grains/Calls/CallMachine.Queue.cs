using CallCluster.Contracts.Calls;
using CallCluster.Contracts.Queues;

namespace CallCluster.Grains.Calls;

/// <summary>Waiting in a queue (PROTOCOL rules 8 to 11).</summary>
public sealed partial class CallMachine
{
    /// <summary>
    /// Who is matched within this time goes straight to the agent: 180, and answered by the agent. Only then does a caller hear music or get 182.
    /// </summary>
    private static readonly TimeSpan StraightToAgent = TimeSpan.FromMilliseconds(100);

    /// <summary>Enqueue is not acknowledged: it is said once more, then again with each attach.</summary>
    private static readonly TimeSpan SayAgainAfter = TimeSpan.FromSeconds(1);

    /// <param name="name">The queue.</param>
    /// <param name="call">The call.</param>
    /// <param name="agent">The one agent of the queue for whom the caller is; null for any.</param>
    private void EnterQueue(string name, StoredCall call, string? agent = null)
    {
        if (!Routing.Queues.TryGetValue(name, out var queue))
        {
            NotConfigured($"queue:{name}", call);
            return;
        }
        // A call whose state was lost came to its first queue when it began; whoever comes back has been here while it was open.
        if (call.Queue is null) call.ArrivedAt = call.FirstQueuedAt ?? _now;
        else if (call.Queue != name) (call.ArrivedAt, call.KeptPlace) = (_now, null);
        if (call.Queue != name) ForgetAnnouncements(call);
        call.Queue = name;
        call.QueueAgent = agent;
        call.LeftBy = null;
        call.ToldOfWait = false;
        call.IsRedirected = false;
        call.FirstQueuedAt ??= _now;
        call.Place = PlaceIn(queue, call);
        Step(call, $"queued in {name}");
        if (agent is not null) Step(call, $"waits for {agent}");
        EnterQueued(call);
    }

    /// <summary>Enters, or comes back to, the queue: same place, higher version.</summary>
    private void EnterQueued(StoredCall call)
    {
        Enter(CallPhase.Queued, call);
        call.Version = Stamp(call.Version);
        call.RefusedBy.RemoveAll(refused => refused.Until <= _now);
        if (IsCallback(call) && !IsCallingTime(call))
        {
            Pause("waits until callbacks are made", OpensAt(call), call);
            return;
        }
        Enqueue(call);
        if (IsCallback(call))
        {
            WaitWithoutCaller(call);
            return;
        }
        if (call.Callback is { Noted: true }) call.CallbackDue = _now; // confirmed before, and the agent who was rung meanwhile did not come
        else if (call.Callback is not null) call.CallbackDue = _now + KeepPatience;
        else PlanCallbackOffer(call);
        PlanAnnouncement(call);
        // A caller who is through already hears something at once.
        if (call.AnsweredAt is not null && !call.ToldOfWait) TellOfWait(call);
        call.RepeatAt = _now + (call.ToldOfWait ? SayAgainAfter : StraightToAgent);
    }

    private void Enqueue(StoredCall call) => _effects.ToQueue(call.Queue!,
        new Enqueue(CallId, call.Version, call.Place, call.FirstQueuedAt!.Value, [.. call.RefusedBy], call.Offer.Caller)
        {
            ArrivedAt = call.ArrivedAt,
            IsCallback = call.Callback is not null,
            CannotBeCalledBack = call.NoCallback,
            Agent = call.QueueAgent,
        });

    private void OnStillQueued(StoredCall call)
    {
        if (IsCallback(call))
        {
            AssertPlace(call);
            return;
        }
        if (call.Callback is { Noted: false })
        {
            AskToKeep(call);
            call.RepeatAt = _now + AskToKeepEvery;
            return;
        }
        if (call.ToldOfWait)
        {
            Enqueue(call);
            return;
        }
        TellOfWait(call);
        call.RepeatAt = _now + SayAgainAfter;
    }

    private void TellOfWait(StoredCall call)
    {
        call.ToldOfWait = true;
        if (call is { CallerGone: true } or { Callback.Noted: true, Phase: CallPhase.Queued }) return;
        var music = call.Queue is { } queue && Routing.Queues.TryGetValue(queue, out var options) ? options.Music : null;
        if (music is null && call.AnsweredAt is null)
        {
            Send(new SendQueued());
            return;
        }
        Answer(call);
        call.PlayId = 0;
        Send(new Play(0, Stamp(0), [music ?? "ringback"], call.Language, Loop: true, StopOnDigit: false));
    }

    private void OnQueueOverflowed(QueueOverflowed overflowed, StoredCall call)
    {
        if (call.Phase != CallPhase.Queued || call.Queue != overflowed.Queue || call.Version != overflowed.Version || call.Callback is not null)
        {
            TellQueue(overflowed.Queue, call);
            return;
        }
        Step(call, $"overflow of {overflowed.Queue} by {overflowed.Reason} -> {overflowed.To}");
        LeaveQueue(LeaveReason.Overflowed, call);
        Route(overflowed.To, call, overflowed.Reason);
    }

    private void LeaveQueue(LeaveReason reason, StoredCall call)
    {
        if (call.KeysForCallback is not null) StopOfferingCallback(call);
        if (call.Queue is null || call.LeftBy is not null) return;
        call.LeftBy = reason;
        call.Version = Stamp(call.Version);
        call.LastLeft = call.Queue;
        call.LastLeave = new Leave(CallId, call.Version, reason)
        {
            AgentId = reason == LeaveReason.Answered ? call.Agent?.AgentId : null,
            FirstQueuedAt = call.FirstQueuedAt,
            ArrivedAt = call.ArrivedAt,
            Returns = reason == LeaveReason.Gone && IsCallback(call),
        };
        _effects.ToQueue(call.Queue, call.LastLeave);
    }

    /// <summary>Tells a queue how the call stands to it, by the current version: heals a lost Enqueue, Offering or Leave.</summary>
    private void TellQueue(string queue, StoredCall call)
    {
        if (queue != call.Queue || call.LeftBy is not null) _effects.ToQueue(queue, queue == call.LastLeft ? call.LastLeave! : new Leave(CallId, call.Version, LeaveReason.Gone));
        else if (call.Phase == CallPhase.Queued) Enqueue(call);
        else if (call.Agent is { } agent) _effects.ToQueue(queue, new Offering(CallId, call.Version, agent.AgentId, agent.OfferId));
    }
}
