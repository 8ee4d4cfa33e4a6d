using CallCluster.Contracts.Agents;
using CallCluster.Contracts.Calls;
using CallCluster.Contracts.Configuration;
using CallCluster.Contracts.Queues;

namespace CallCluster.Grains.Calls;

/// <summary>
/// The agent sends the caller elsewhere. Queues, flows and boxes take everybody, so that is done at once; another agent is asked first, and a destination outside has to answer, and until
/// then the caller stays with the one who transfers. A caller whom nobody takes in the end goes back to the queue, at the old place (PROTOCOL rule 11).
/// </summary>
public sealed partial class CallMachine
{
    private void OnTransferAsked(TransferAsked asked, StoredCall call)
    {
        if (call.Phase != CallPhase.Connected || call.Agent is not { } agent || agent.Leg != asked.Leg)
        {
            Send(new TellTransfer(asked.Leg, 491));
            return;
        }
        if (TransferTo(asked.To, agent, call)) return;
        Step(call, $"{agent.AgentId} could not transfer to {asked.To}");
        Send(new TellTransfer(asked.Leg, 404));
    }

    /// <summary>Begins a transfer by the agent who has the caller; false when nobody is there whom the caller could be given to.</summary>
    private bool TransferTo(string asked, AgentOffer agent, StoredCall call)
    {
        if (!Destination.TryParse(asked, out var to) || (to.Kind == DestinationKind.Agent && (to.Target == agent.AgentId || !Routing.Agents.ContainsKey(to.Target)))) return false;
        Step(call, $"{agent.AgentId} transfers to {asked}");
        call.LastTransfer = new TransferView(asked, agent.AgentId, TransferState.Pending);
        if (to.Kind is DestinationKind.Tel or DestinationKind.Sip)
        {
            TransferOut(to, agent.Leg, call);
            return true;
        }
        if (to.Kind != DestinationKind.Agent)
        {
            LetGoOfAgent(agent.Leg, call);
            // Who sends a caller away does not get them back from the next queue at once.
            call.RefusedBy.Add(new RefusedAgent(agent.AgentId, _now + PassOver));
            Route(asked, call, "Transfer");
            return true;
        }
        Enter(CallPhase.Transferring, call, AgentPatience);
        call.Version = Stamp(call.Version);
        call.Transfer = new PendingTransfer(to.Target, DirectOffer(to.Target, call), agent.Leg);
        AskForTransferee(call);
        return true;
    }

    private void AskForTransferee(StoredCall call)
    {
        _effects.ToAgent(call.Transfer!.AgentId, new Reserve(null, CallId, call.Transfer.OfferId));
        call.RepeatAt = _now + AskForAgentEvery;
    }

    private void OnTransfereeReserved(AgentReserved reserved, StoredCall call)
    {
        LetGoOfAgent(call.Transfer!.Leg, call);
        call.Destination = $"agent:{reserved.AgentId}";
        Ring(new AgentOffer { AgentId = reserved.AgentId, OfferId = reserved.OfferId, Target = reserved.Target }, call);
    }

    /// <summary>The other party is not to be had: the caller stays where they are, or goes back when the agent has hung up already.</summary>
    private void OnTransferFailed(int status, string why, StoredCall call)
    {
        var transfer = call.Transfer!;
        call.Transfer = null;
        EndLastTransfer(TransferState.Failed, why, call);
        Step(call, $"transfer to {transfer.Where} failed: {why}");
        if (call.Agent is null)
        {
            GoBack(transfer.To is null ? transfer.AgentId : null, call);
            return;
        }
        Enter(CallPhase.Connected, call);
        Send(new TellTransfer(transfer.Leg, status));
    }

    private void OnTransfereeSilent(StoredCall call)
    {
        DeclineTransferee(call);
        OnTransferFailed(480, "the agent could not be asked", call);
    }

    private void DeclineTransferee(StoredCall call)
    {
        if (call.Transfer is { To: null } transfer) _effects.ToAgent(transfer.AgentId, new OfferDeclined(CallId, transfer.OfferId));
    }

    /// <summary>A new incarnation: who talks goes on, who waits hears so.</summary>
    private void ResumeTransfer(StoredCall call)
    {
        if (call.Agent is { Leg: not 0 }) ResumeConversation(call);
        else TellOfWait(call);
        if (call.Transfer is { Refers: true } transfer) AskTrunkToTransfer(transfer, call);
    }

    /// <summary>The agent has hung up without waiting for the outcome, as many phones do.</summary>
    private void OnTransferorGone(StoredCall call)
    {
        var agent = call.Agent!;
        call.LastAgent = agent.AgentId;
        call.Agent = null;
        _effects.ToAgent(agent.AgentId, new AgentReleased(CallId, agent.OfferId, WrapUp(call)) { Answered = true });
        _effects.Persist();
        // Beside a supervisor the caller is still mixed with whoever is left.
        Send(new UnbridgeLeg(0));
        TellOfWait(call);
    }

    /// <summary>What the API is told of a transfer that is over; one that was begun by an attended transfer's REFER is none of these.</summary>
    private static void EndLastTransfer(TransferState state, string? failure, StoredCall call)
    {
        if (call.LastTransfer is { State: TransferState.Pending } pending) call.LastTransfer = pending with { State = state, Failure = failure };
    }

    private void LetGoOfAgent(int leg, StoredCall call)
    {
        call.Transfer = null;
        EndLastTransfer(TransferState.Done, null, call);
        call.Hops = 0;
        call.ToldOfWait = false;
        if (call.Agent is not { } agent) return;
        call.LastAgent = agent.AgentId;
        call.Agent = null;
        Send(new UnbridgeLeg(0));
        Send(new TellTransfer(leg, 200));
        HangUpCalled(leg, 200, "transferred", call);
        _effects.ToAgent(agent.AgentId, new AgentReleased(CallId, agent.OfferId, WrapUp(call)) { Answered = true });
    }

    /// <summary>Nobody takes the caller there. One whom an agent's phone has sent there from a queue is not lost (PROTOCOL rule 11), and goes back once; for others the call is over.</summary>
    private void GoBackOrRefuse(int status, string reason, string? unavailableAgent, StoredCall call)
    {
        if (call.IsRedirected) GoBack(unavailableAgent, call);
        else Refuse(status, reason, call);
    }

    /// <summary>To the queue that the caller came from, if there was one.</summary>
    private void GoBack(string? unavailableAgent, StoredCall call)
    {
        if (call.Queue is not { } queue)
        {
            Refuse(480, "nobody took the transferred call", call);
            return;
        }
        // No circle: whoever sent them on is passed over for a while.
        if (call.IsRedirected) call.Hops = 0;
        if (unavailableAgent is not null) call.RefusedBy.Add(new RefusedAgent(unavailableAgent, _now + PassOver));
        EnterQueue(queue, call);
    }
}
