using CallCluster.Contracts.Calls;
using CallCluster.Contracts.Configuration;
using CallCluster.Contracts.Queues;
using CallCluster.Grains.Machines;

namespace CallCluster.Grains.Calls;

/// <summary>What supervisors do about a caller who waits. The call decides, as about each offer (PROTOCOL rule 10): the queue hears of it by the call's next version.</summary>
public sealed partial class CallMachine
{
    /// <summary>Changes how, or whether, the caller waits in <paramref name="queue"/>. What is so already is not done again.</summary>
    public WaitingChangeStatus ChangeWaiting(string queue, WaitingChange change, DateTimeOffset now, Effects effects) => Ask(now, effects, WaitingChangeStatus.UnknownCall, call =>
    {
        if (call.Queue != queue || call.LeftBy is not null) return WaitingChangeStatus.NotWaiting;
        if (change is PrioritiseCaller { Priority: var priority }) return Prioritise(priority, call);
        if (call.Phase != CallPhase.Queued) return WaitingChangeStatus.Offered;
        return change switch
        {
            MoveCaller move => Move(move.To, call),
            PickCaller pick => Pick(pick.AgentId, call),
            _ => WaitingChangeStatus.NotWaiting,
        };
    });

    private WaitingChangeStatus Prioritise(int priority, StoredCall call)
    {
        if (call.Priority == priority) return WaitingChangeStatus.Accepted;
        call.Priority = priority;
        // Whoever is put further back stays there, whatever place was kept.
        call.KeptPlace = null;
        Step(call, $"priority {priority}");
        TakePlace(PlaceIn(Routing.Queues.GetValueOrDefault(call.Queue!) ?? new QueueOptions(), call), call);
        return WaitingChangeStatus.Accepted;
    }

    private WaitingChangeStatus Move(string to, StoredCall call)
    {
        var isEviction = Destination.Parse(to).Kind == DestinationKind.Hangup;
        if (IsCallback(call) && !isEviction && Destination.Parse(to).Kind != DestinationKind.Queue) return WaitingChangeStatus.NobodyOnLine;
        Step(call, $"moved from {call.Queue} to {to}");
        if (!IsCallback(call) || isEviction) ForgetCallback(call);
        call.Hops = 0;
        // Whom nobody takes there is not lost: they come back.
        call.IsRedirected = true;
        LeaveQueue(LeaveReason.Moved, call);
        Route(to, call, "Moved");
        return WaitingChangeStatus.Accepted;
    }

    private WaitingChangeStatus Pick(string agentId, StoredCall call)
    {
        if (!Routing.Agents.ContainsKey(agentId)) return WaitingChangeStatus.UnknownAgent;
        Step(call, $"picked for {agentId}");
        Enter(CallPhase.Reserving, call, AgentPatience);
        call.Version = Stamp(call.Version);
        call.Agent = new AgentOffer { AgentId = agentId, OfferId = DirectOffer(agentId, call), Queue = call.Queue };
        TellQueue(call.Queue!, call);
        AskForAgent(call);
        return WaitingChangeStatus.Accepted;
    }
}
