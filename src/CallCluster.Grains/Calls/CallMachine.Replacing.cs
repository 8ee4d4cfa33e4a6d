using CallCluster.Contracts.Agents;
using CallCluster.Contracts.Calls;
using CallCluster.Contracts.Queues;
using CallCluster.Grains.Machines;

namespace CallCluster.Grains.Calls;

/// <summary>
/// A leg's other end comes to be another dialog (RFC 3891): the leg stays. An agent who leaves a call to another call, or a call to another place, is free from then on, and the call
/// goes on between those who are left, until one of them ends it.
/// </summary>
public sealed partial class CallMachine
{
    /// <summary>Legs that the edge keeps for other calls. Not stored: what the edge keeps it keeps, and one that it does not ends as if nobody had asked.</summary>
    private readonly HashSet<int> _kept = [];

    /// <summary>An agent has asked, in another call, to leave a leg of this one to it, or will not after all. True while the edge has not said that it keeps the leg.</summary>
    public bool KeepLeg(int leg, string agent, bool keep, DateTimeOffset now, Effects effects)
    {
        Begin(now, effects);
        if (Superseded || State is not { Phase: not CallPhase.Ended } call || AgentOn(leg, call) != agent) return false;
        // Heard once for each time of asking: the edge lets the leg go by itself and tells nobody.
        if (_kept.Remove(leg) && keep) return false;
        if (_pending.FindLast(command => command is KeepLeg pending && pending.Leg == leg) is not KeepLeg last || last.Keep != keep) Send(new KeepLeg(leg, keep));
        Flush();
        return keep;
    }

    private void OnReplacementAsked(ReplacementAsked asked, StoredCall call)
    {
        var agent = AgentOn(asked.Leg, call);
        // Told again, to an activation that has asked the trunk already.
        if (call is { Phase: CallPhase.Transferring, Transfer: { Refers: true } transfer } && transfer.Leg == asked.Leg && transfer.To == asked.By) return;
        if (call.Phase != CallPhase.Connected || agent is null)
        {
            Send(new TellTransfer(asked.Leg, 491));
            return;
        }
        Step(call, $"{agent} transfers to {asked.By}");
        if (asked.Trunk is { } trunk && trunk == call.Offer.Trunk && asked.Leg == call.Agent?.Leg && TakesRefer(trunk)) AskTrunkToJoin(asked, agent, call);
        else Send(new ReplaceLeg(asked.Leg));
    }

    private void OnLegReplaced(LegReplaced replaced, StoredCall call)
    {
        if (call.Phase == CallPhase.Ended) return;
        if (call.Phase == CallPhase.Ringing) LetWin(replaced.Leg, call);
        var agent = AgentOn(replaced.Leg, call);
        if (replaced.By is not { } by)
        {
            Step(call, $"{agent ?? (replaced.Leg == 0 ? "the caller" : call.Outbound?.To)} goes on by another dialog");
            return;
        }
        if (call.Supervision is { } supervision && supervision.Leg == replaced.Leg)
        {
            Step(call, $"{by} took the place of {supervision.AgentId}, who supervises: it is let go");
            EndSupervision("replaced", call);
            return;
        }
        Step(call, $"{by} takes the place of {agent}");
        if (replaced.Leg == 0)
        {
            EndSupervision("agent left", call);
            call.CallingAgentLeft = true;
            _effects.Persist();
            return;
        }
        if (call.Agent is not { } left || left.Leg != replaced.Leg) return;
        if (IsCallingCaller(call))
        {
            // The agent who wanted the caller is gone before there was one.
            (call.EndStatus, call.EndReason) = (480, "the agent left before the caller was reached");
            End(CallOutcome.NotReached, left.AgentId, LeaveReason.Gone, call);
            return;
        }
        if (call.Phase == CallPhase.Ringing) Connect(call);
        // While the agent is still known: nobody else hears what was whispered.
        EndSupervision("agent left", call);
        if (call.Transfer is not null) AbandonTransfer(call);
        call.LastAgent = left.AgentId;
        call.Agent = null;
        call.Outbound = new OutboundCall { To = by, Leg = left.Leg, DialledAt = left.CalledAt };
        Enter(CallPhase.Connected, call);
        if (left.Holds) JoinAudio(call);
        _effects.ToAgent(left.AgentId, new AgentReleased(CallId, left.OfferId, WrapUp(call)) { Answered = true });
    }

    private void AbandonTransfer(StoredCall call)
    {
        DeclineTransferee(call);
        ReleaseOutbound(call);
        call.Transfer = null;
        EndLastTransfer(TransferState.Failed, "the agent left to another call", call);
    }

    /// <summary>The agent at the other end of a leg; null when there is none, or none any more.</summary>
    private static string? AgentOn(int leg, StoredCall call) => leg == 0 ? (call.CallingAgentLeft ? null : call.Offer.CallingAgent) : call.Agent is { } agent && agent.Leg == leg ? agent.AgentId : null;
}
