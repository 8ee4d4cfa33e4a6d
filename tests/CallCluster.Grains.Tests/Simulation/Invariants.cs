using CallCluster.Contracts.Agents;
using CallCluster.Contracts.Calls;
using CallCluster.Contracts.Configuration;
using CallCluster.Contracts.Queues;
using CallCluster.Grains.Callbacks;
using CallCluster.Grains.Calls;
using CallCluster.Grains.Tickets;

namespace CallCluster.Grains.Tests.Simulation;

/// <summary>The invariants of DESIGN section 5, looked at after each step, four times a second, or at the end.</summary>
internal sealed class Invariants(Simulator simulator)
{
    private static readonly TimeSpan GoneWithin = TimeSpan.FromSeconds(8);

    private readonly SimulatedNeeds _needs = new(simulator);
    private SimulatedOrder? _order;
    private readonly Enduring _enduring = new();
    private readonly SimulatedHours _hours = new(simulator);
    private readonly SimulatedRegulars _regulars = new(simulator);
    private readonly SimulatedAnnouncements _announcements = new(simulator);
    private readonly Dictionary<(string Call, string Queue, int? Priority), long> _places = [];
    private readonly Dictionary<string, int> _connected = [];
    private readonly HashSet<string> _recorded = [];
    private readonly HashSet<string> _reached = [];
    private readonly HashSet<string> _placed = [];
    private readonly HashSet<string> _carried = [];
    private readonly Dictionary<string, string> _edgeDied = [];

    /// <summary>Nothing is held any more: no call, reservation, channel, place in a queue; nothing left in the store but agents and tickets.</summary>
    public bool AllReleased =>
        simulator.Edges.TrueForAll(edge => edge.Calls.Count == 0)
        && !simulator.Grains.Calls.Any()
        && simulator.Grains.Agents.All(agent => agent.Machine.State.Reservations.Count == 0)
        && simulator.Grains.Queues.All(queue => queue.Machine.Waiting == 0)
        && simulator.Grains.Trunks.All(trunk => trunk.Machine.Channels == 0)
        && simulator.Grains.Tickets.All(ticket => ticket.Machine.State.News.Count == 0)
        && !simulator.Store.Keys.Any(IsOwedCall)
        && CallbacksKept.Length == 0;

    public string WhatIsHeld() => string.Join(", ",
    [
        .. simulator.Edges.SelectMany(edge => edge.Calls.Keys.Select(call => $"{call} on {edge.Id}")),
        .. simulator.Grains.Calls.Select(call => $"{call.Id} is {call.Machine.State?.Phase.ToString() ?? "unknown"}"),
        .. simulator.Grains.Agents.SelectMany(agent => agent.Machine.State.Reservations.Select(reservation => $"{agent.Id} is {reservation.Stage} for {reservation.CallId}")),
        .. simulator.Grains.Queues.Where(queue => queue.Machine.Waiting > 0).Select(queue => $"{queue.Machine.Waiting} in {queue.Id}"),
        .. simulator.Grains.Trunks.Where(trunk => trunk.Machine.Channels > 0).Select(trunk => $"{trunk.Machine.Inbound} inbound and {trunk.Machine.Outbound} outbound channels of {trunk.Id}"),
        .. simulator.Grains.Tickets.Where(ticket => ticket.Machine.State.News.Count > 0).Select(ticket => $"{ticket.Machine.State.News.Count} news of ticket {ticket.Id}"),
        .. CallbacksKept.Select(kept => "callback " + kept),
        .. simulator.Store.Keys.Where(IsOwedCall).Select(key => "stored " + key),
    ]);

    private string[] CallbacksKept =>
        [.. simulator.Scenario.Options.Queues.Keys.SelectMany(queue => simulator.Store.Read<CallbacksState>("callbacks/" + queue)?.Pending ?? []).Select(kept => kept.CallId)];

    /// <summary>
    /// A stored call from which something is still to come. One whose record is written may stay behind when its silo dies in the moment between the edge's
    /// forgetting and the clearing, or together with its edge: nobody asks for it any more. It is garbage for the store's expiry.
    /// </summary>
    private bool IsOwedCall(string key) =>
        key.StartsWith("call/", StringComparison.Ordinal) && !LeftAlone(key[5..]) && !(simulator.Grains.Crashed && simulator.Records.Exists(record => record.Id == key[5..]));

    public void OnRecording(string callId) => _recorded.Add(callId);

    public void OnCommanded(CallMachine call, CallCommands commands) => _announcements.OnCommanded(call, commands);

    public void OnPlayed(string callId, Play play, bool isJoined) => _announcements.OnPlayed(callId, play, isJoined, Calm);

    public void OnClosed(string queue, bool closed) => _hours.OnClosed(queue, closed);

    public void OnSent(string kind, string key, object message)
    {
        if (Calm && message is Reserve { Queue: { } asking } reserve) CheckFits(key, asking, reserve.CallId);
        if (Calm && message is Bid { CallId: { } bid } made) CheckFits(key, made.Queue, bid);
        if (Calm) (_order ??= new SimulatedOrder(simulator, MayTake)).OnSent(key, message);
        if (Calm && message is QueueOverflowed { Reason: nameof(OverflowCondition.Closed) } closed && Queued(key, closed.Queue) is { } waits && _hours.IsSurelyOpen(closed.Queue, waits, JoinedWithin))
            throw simulator.Broken("nobody is sent away by Closed while the queue is open", $"{key}, who came to {closed.Queue} at {waits - Simulator.Start}");

        // I6: the place is fixed when the caller first comes to the queue, and follows the priority alone.
        if (message is not Enqueue enqueue || simulator.Grains.LostState.Count > 0 || simulator.Grains.Crashed) return;
        var place = (enqueue.CallId, key, simulator.Grains.Calls.FirstOrDefault(grain => grain.Id == enqueue.CallId).Machine?.State?.Priority);
        if (!_places.TryAdd(place, enqueue.Place) && _places[place] != enqueue.Place)
            throw simulator.Broken("I6 the place is kept", $"{enqueue.CallId} lost its place in {key}");
    }

    /// <summary>After each step.</summary>
    public void CheckStep()
    {
        if (Calm) _needs.Look();
        if (Calm) _regulars.Look();

        // I1: no agent is in more calls than capacity.
        _connected.Clear();
        foreach (var (id, call) in simulator.Grains.Calls)
        {
            if (call.State is not { Phase: CallPhase.Connected } state || _edgeDied.ContainsKey(id)) continue;
            if (state.Agent is { } agent && !IsBehind(id, agent)) Count(agent.AgentId, id);
            if (state.Supervision is { Joined: true } supervision) Count(supervision.AgentId, id);
        }
    }

    /// <summary>The call's silo died with what the store did not have: until its edge attaches it, the call believes in an agent who has left it.</summary>
    private bool IsBehind(string callId, AgentOffer agent)
    {
        if (!simulator.Grains.LostState.Contains("call/" + callId)) return false;
        foreach (var edge in simulator.Edges)
        {
            if (edge.Calls.TryGetValue(callId, out var call)) return !call.CalledLegs.Any(leg => leg.Leg == agent.Leg && leg.AgentId == agent.AgentId);
        }

        return false;
    }

    private void Count(string agentId, string callId)
    {
        var calls = _connected[agentId] = _connected.GetValueOrDefault(agentId) + 1;
        if (calls > simulator.Scenario.Options.Agents[agentId].Capacity && !simulator.Grains.LostState.Contains("agent/" + agentId))
            throw simulator.Broken("I1 no agent is in more calls than capacity", $"{agentId} is in {calls} calls, {callId} the last");
    }

    /// <summary>Now and then.</summary>
    public void CheckSample()
    {
        _enduring.BeginSample();
        CheckOneOfferEach();
        if (!Calm) return;
        CheckNobodyWaitsBesideAnIdleAgent();
        CheckNoGhosts();
        CheckChannels();
        CheckSupervisors();
        CheckHolds();
        _announcements.CheckMusic(JoinedWithin);
    }

    /// <summary>When all is released.</summary>
    public void CheckEnd()
    {
        // I7: one record per call.
        var recorded = simulator.Records.Select(record => record.Id).ToHashSet();
        foreach (var id in Enumerable.Range(0, simulator.Scenario.Calls).Select(i => "c" + i))
        {
            if (_reached.Contains(id) && !LeftAlone(id) && !recorded.Contains(id)) throw simulator.Broken("I7 one record per call", $"{id} has none");
        }

        foreach (var record in simulator.Records)
        {
            var isTold = record.Recording is { AudioFile: not null } or { Failure: not null and not "the edge did not tell the end of the recording" };
            if (Calm && isTold != Array.Exists(record.Steps, step => step.What == "recording begins")) throw simulator.Broken("a recorded conversation is in its record", $"{record.Id} has {record.Recording}");
        }

        if (Calm && simulator.Records.Count != recorded.Count) throw simulator.Broken("I7 one record per call", "some call has two");

        if (Calm) CheckStatistics();

        // Whoever was told of a callback has talked to somebody, or there is a ticket; unless somebody at the API ended it.
        foreach (var record in simulator.Records)
        {
            var wasPromised = Array.Exists(record.Steps, step => step.What == "to be called back");
            var wasEnded = record.EndedBy == "api" || Array.Exists(record.Steps, step => step.What.StartsWith("moved from", StringComparison.Ordinal));
            if (wasPromised && !wasEnded && record.ConnectedAt is null && (record.Ticket is null || !simulator.Store.Holds("ticket/" + record.Ticket)))
                throw simulator.Broken("every callback ends in a conversation or a ticket", $"{record.Id} is {record.Outcome}");
        }

        // I5: every voicemail has a ticket.
        foreach (var id in _recorded)
        {
            if (!LeftAlone(id) && !simulator.Store.Keys.Any(key => key.StartsWith("ticket/" + id, StringComparison.Ordinal)))
                throw simulator.Broken("I5 every voicemail has a ticket", $"{id} left a message and has none");
        }

        // I5: and every ticket is told. One whose silo died keeps what it has to tell in the store, until it is activated again.
        foreach (var key in simulator.Store.Keys.Where(key => key.StartsWith("ticket/", StringComparison.Ordinal)))
        {
            if (simulator.Store.Read<TicketState>(key) is { News: [] } && !simulator.Announced.Contains(key["ticket/".Length..] + "/created"))
                throw simulator.Broken("I5 every ticket is told", $"{key} was not");
        }
    }

    /// <summary>Queues and agents have counted what the records say, to the last call.</summary>
    private void CheckStatistics()
    {
        var tally = new RecordTally();
        foreach (var record in simulator.Records.DistinctBy(record => record.Id)) tally.Add(record.Steps.Select(step => step.What));
        foreach (var (id, queue) in simulator.Grains.Queues)
        {
            var counted = queue.Statistics;
            Compare(id, tally.Queues.GetValueOrDefault(id) ?? new(),
                new RecordTally.QueueCount { Offered = counted.Offered, Answered = counted.Answered, Abandoned = counted.Abandoned, Overflowed = counted.Overflowed, Moved = counted.Moved });
        }

        foreach (var (id, agent) in simulator.Grains.Agents)
        {
            var counted = agent.Statistics;
            Compare(id, tally.Agents.GetValueOrDefault(id) ?? new(),
                new RecordTally.AgentCount { Offered = counted.Offered, Answered = counted.Answered, Refused = counted.Refused, NotAnswered = counted.NotAnswered });
        }

        void Compare<T>(string id, T recorded, T counted)
            where T : notnull
        {
            if (!recorded.Equals(counted)) throw simulator.Broken("statistics agree with the records", $"{id} counted {counted}, the records say {recorded}");
        }
    }

    /// <summary>The call was on an edge that died.</summary>
    public void OnEdgeDied(string callId, string edgeId) => _edgeDied[callId] = edgeId;

    /// <summary>The call's grain took its offer in.</summary>
    public void OnReached(string callId) => _reached.Add(callId);

    /// <summary>The call began at our side.</summary>
    public void OnPlaced(string callId)
    {
        OnReached(callId);
        _placed.Add(callId);
    }

    /// <summary>An edge has been told something about a call: of one that began at our side it could say later that it lost it.</summary>
    public void OnCarried(string callId) => _carried.Add(callId);

    /// <summary>
    /// Edge and CallGrain died, and with them the store's copy (it was away, or nothing had been worth storing), or those who would ask for the call: the EdgeGrain that knew of it, the trunk whose channel
    /// it holds. Nobody is left who could finish it until the store, once it is one that outlives the silos, is looked through. So is a call that begins at our side and whose silo dies before it has told
    /// an edge anything but to carry it: a copy of that, come late, must not call somebody twice.
    /// </summary>
    private bool LeftAlone(string callId) => IsUnheardOf(callId) || _edgeDied.TryGetValue(callId, out var edge)
        && (simulator.Grains.LostState.Contains("call/" + callId)
            || (simulator.Grains.CrashedGrains.Contains("call/" + callId)
                && (simulator.Grains.CrashedGrains.Contains("edge/" + edge) || simulator.Grains.CrashedGrains.Contains("trunk/trunk"))));

    private bool IsUnheardOf(string callId) => _placed.Contains(callId) && !_carried.Contains(callId) && simulator.Grains.CrashedGrains.Contains("call/" + callId);

    /// <summary>PROTOCOL rule 12: an idle agent and a fitting caller are joined within a second of the last message; plus what the few messages take until both know.</summary>
    private TimeSpan JoinedWithin => TimeSpan.FromSeconds(1) + (simulator.Scenario.LongestDelay * 5);

    private bool Calm => simulator.Scenario.Faults == Faults.None;

    /// <summary>I2: a caller is offered to one agent at a time, by whichever queue.</summary>
    private void CheckOneOfferEach()
    {
        foreach (var edge in simulator.Edges)
        {
            foreach (var call in edge.Calls.Values)
            {
                int legs = 0, answered = 0;
                foreach (var leg in call.CalledLegs)
                {
                    legs += leg.BridgedTo is not null || (Calm && leg.AgentId is not null) ? 1 : 0;
                    answered += leg.State == LegState.Answered ? 1 : 0;
                }

                if (legs > MostRinging(call.Id)) throw simulator.Broken("I2 no caller is offered twice", $"{call.Id} rings or talks on {legs} called legs");
                CheckOneAnswers(call.Id, answered);
            }
        }
    }

    /// <summary>One, but for a queue that rings all, whose phones stop when one of them has answered and the message of it has come back.</summary>
    private int MostRinging(string callId) => simulator.Grains.Calls.FirstOrDefault(grain => grain.Id == callId).Machine?.State is { Queue: { } queue }
        && simulator.Scenario.Options.Queues[queue].Strategy == QueueStrategy.RingAll ? QueueOptions.MostRungTogether : 1;

    /// <summary>Two agents may answer in the same moment, but only one of them has the call.</summary>
    private void CheckOneAnswers(string callId, int answered)
    {
        if (!Calm || answered <= 1) return;
        var since = _enduring.Meet(callId + " has many", simulator.Now);
        if (simulator.Now - since > JoinedWithin) throw simulator.Broken("one agent has the call", $"{answered} phones have answered {callId} since {since - Simulator.Start}");
    }

    /// <summary>I3: while a fitting agent idles no caller waits.</summary>
    private void CheckNobodyWaitsBesideAnIdleAgent()
    {
        foreach (var (id, call) in simulator.Grains.Calls)
        {
            foreach (var (agentId, agent) in simulator.Grains.Agents)
            {
                if (call.State is not { Phase: CallPhase.Queued, Queue: { } queue } state || (state.Callback is not null && !_hours.IsSurelyOpen(queue, null, TimeSpan.Zero)) || agent.Presence != Presence.Available || !MayTake(agentId, queue, state, TimeSpan.Zero))
                    continue;

                var since = _enduring.Meet($"{id} beside {agentId}", simulator.Now);
                if (simulator.Now - since > JoinedWithin)
                    throw simulator.Broken("I3 no caller waits while a fitting agent idles", $"{id} waits in {queue} and {agentId} idles since {since - Simulator.Start}; "
                        + simulator.Grains.Queues.First(grain => grain.Id == queue).Machine.Explain(id, simulator.Now));
            }
        }
    }

    /// <summary>Whether the caller fits the agent, and did so <paramref name="since"/> ago.</summary>
    private bool MayTake(string agentId, string queue, StoredCall call, TimeSpan since)
    {
        var agent = simulator.Scenario.Options.Agents[agentId];
        var serves = _needs.Service(queue, int.MaxValue - 1, agent);
        if (serves is null || call.FirstQueuedAt + serves.Delay > simulator.Now - since) return false;
        foreach (var refused in call.RefusedBy)
        {
            if (refused.AgentId == agentId && refused.Until > simulator.Now - since) return false;
        }

        if (_regulars.MayWaitForAnother(agentId, queue, call, since)) return false;
        // By time, or at once when nobody logged in meets a step before.
        var first = _needs.FirstMet(queue, agent);
        var (step, firstQueuedAt) = (first - 1, call.FirstQueuedAt ?? simulator.Now);
        return first <= _needs.StepByTime(queue, firstQueuedAt + since) || (_needs.Exists(queue, first) && !_needs.WasAttended(queue, step, since));
    }

    /// <summary>Nobody is sent a caller whose step asks for more, unless nobody who is logged in meets it, or was when the queue heard last.</summary>
    private void CheckFits(string agentId, string queue, string callId)
    {
        _regulars.CheckTakes(agentId, queue, callId, JoinedWithin, MayTake);
        if (Queued(callId, queue) is { } arrivedAt && _hours.IsSurelyClosed(queue, IsCallback(callId) ? null : arrivedAt, JoinedWithin))
            throw simulator.Broken("nobody is sent to an agent while the queue is closed", $"{callId}, who came to {queue} at {arrivedAt - Simulator.Start}");
        if (simulator.Grains.Calls.FirstOrDefault(grain => grain.Id == callId).Machine?.State?.FirstQueuedAt is not { } queuedAt || _regulars.IsAskedFor(agentId, callId)) return;
        var first = _needs.FirstMet(queue, simulator.Scenario.Options.Agents[agentId]);
        if (first > _needs.StepByTime(queue, queuedAt) && !(_needs.Exists(queue, first) && _needs.WasUnattended(queue, first - 1, JoinedWithin)))
            throw simulator.Broken("no caller is sent to an agent before the needs allow it", $"{callId}, first queued at {queuedAt - Simulator.Start}, is sent by {queue} to {agentId}");
    }

    private bool IsCallback(string callId) => simulator.Grains.Calls.FirstOrDefault(grain => grain.Id == callId).Machine?.State is { Callback: not null };

    /// <summary>When a caller who waits there came to the queue.</summary>
    private DateTimeOffset? Queued(string callId, string queue) =>
        simulator.Grains.Calls.FirstOrDefault(grain => grain.Id == callId).Machine?.State is { Phase: CallPhase.Queued } call && call.Queue == queue ? call.ArrivedAt : null;

    /// <summary>I3, the other way: who is in a queue waits there.</summary>
    private void CheckNoGhosts()
    {
        foreach (var (name, queue) in simulator.Grains.Queues)
        {
            foreach (var caller in queue.View(simulator.Now).Callers)
            {
                var call = simulator.Grains.Calls.FirstOrDefault(call => call.Id == caller.CallId).Machine;
                if (call?.State is { Phase: CallPhase.Queued or CallPhase.Ringing or CallPhase.Reserving or CallPhase.FindingEdge or CallPhase.AcquiringCallersTrunk or CallPhase.DiallingCaller } state && state.Queue == name)
                    continue;

                if (simulator.Now - _enduring.Meet($"{caller.CallId} in {name}", simulator.Now) > GoneWithin) throw simulator.Broken("I3 who is in a queue waits there", $"{caller.CallId} is in {name} but waits there no more");
            }
        }
    }

    /// <summary>Nobody listens to a conversation that is over, and who supervises is heard as the call says.</summary>
    private void CheckSupervisors()
    {
        foreach (var edge in simulator.Edges)
        {
            foreach (var call in edge.Calls.Values)
            {
                var supervision = simulator.Grains.Calls.FirstOrDefault(grain => grain.Id == call.Id).Machine?.State?.Supervision;
                if (call.MixedWith == (supervision is { Joined: true } ? supervision.Leg : null) && (supervision is not null || !call.IsSupervised))
                    continue;

                if (simulator.Now - _enduring.Meet(call.Id + " is heard wrongly", simulator.Now) > GoneWithin) throw simulator.Broken("a supervisor hears what the call says", $"{call.Id} is mixed with leg {call.MixedWith}, not as {supervision}");
            }
        }
    }

    /// <summary>Who is on hold is heard by nobody and hears nobody, and nobody else is on hold.</summary>
    private void CheckHolds()
    {
        foreach (var edge in simulator.Edges)
        {
            foreach (var call in edge.Calls.Values)
            {
                var agent = simulator.Grains.Calls.FirstOrDefault(grain => grain.Id == call.Id).Machine?.State is { Phase: CallPhase.Connected } state ? state.Agent : null;
                if (agent is null || call.Held == (agent.Holds ? agent.Leg : null) && call.IsJoined != agent.Holds)
                    continue;

                if (simulator.Now - _enduring.Meet(call.Id + " is held wrongly", simulator.Now) > GoneWithin) throw simulator.Broken("who is on hold hears nobody", $"{call.Id}: leg {call.Held} is on hold, the caller {(call.IsJoined ? "talks" : "does not")}, not as {agent}");
            }
        }
    }

    /// <summary>I4: no more channels than the limits.</summary>
    private void CheckChannels()
    {
        foreach (var (id, trunk) in simulator.Grains.Trunks)
        {
            if (trunk.Channels > trunk.MaxChannels || trunk.Outbound > simulator.Scenario.Options.Trunks[id].MaxOutbound)
                throw simulator.Broken("I4 channels are within the limit", $"{trunk.Channels} channels of {id} in use, {trunk.Outbound} of them outbound");
        }
    }
}
