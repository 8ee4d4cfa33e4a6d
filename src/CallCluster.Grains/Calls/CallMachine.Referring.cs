using CallCluster.Contracts.Calls;
using CallCluster.Contracts.Configuration;
using CallCluster.Contracts.Queues;

namespace CallCluster.Grains.Calls;

/// <summary>
/// A caller whom an agent sends to a destination outside. Where the caller's own trunk leads there, and takes REFER, it is asked to bring the caller there itself, and the call is over when
/// it has; otherwise, and when it does not, the destination is called and bridged. Until then the caller stays with the agent. The same goes for a party behind that trunk whom the agent has
/// asked in a second call: the trunk joins the two, or we do (<see cref="ReplaceLeg"/>).
/// </summary>
public sealed partial class CallMachine
{
    /// <summary>The destination may ring as long as one that we call ourselves, and then the peer has to say so.</summary>
    private static readonly TimeSpan ReferPatience = TimeSpan.FromSeconds(10);

    private bool TakesRefer(string trunk) => Routing.Trunks.TryGetValue(trunk, out var options) && options.Transfer == TransferMode.Refer;

    private void TransferOut(Destination to, int leg, StoredCall call)
    {
        var refers = call.Offer.Trunk is { } trunk && TakesRefer(trunk) && Routing.Outbound.TrunksFor(to) is [var first, ..] && first == trunk;
        call.Transfer = new PendingTransfer("", "", leg, to.ToString(), refers) { By = call.Agent!.AgentId };
        if (!refers)
        {
            EnterOutbound(to, call);
            return;
        }
        BeginRefer(Routing.Outbound.RingTimeout + ReferPatience, call);
    }

    /// <summary>Nobody has to be rung: who shall be joined has answered the agent already.</summary>
    private void AskTrunkToJoin(ReplacementAsked asked, string agent, StoredCall call)
    {
        call.Transfer = new PendingTransfer("", "", asked.Leg, asked.By, Refers: true) { By = agent };
        BeginRefer(ReferPatience, call);
    }

    private void BeginRefer(TimeSpan patience, StoredCall call)
    {
        Enter(CallPhase.Transferring, call, patience);
        Step(call, $"asking {call.Offer.Trunk} to transfer the caller to {call.Transfer!.To}");
        AskTrunkToTransfer(call.Transfer, call);
    }

    private void AskTrunkToTransfer(PendingTransfer transfer, StoredCall call)
    {
        if (!call.CallerGone) Send(new ReferLeg(0, transfer.To!, transfer.By!));
    }

    private void OnReferEnded(ReferEnded ended, StoredCall call)
    {
        if (call.Phase != CallPhase.Transferring || call.Transfer is not { Refers: true } transfer) return;
        if (ended.Status is < 200 or > 299)
        {
            BridgeInstead($"{call.Offer.Trunk} did not transfer the caller: {ended.Status}", call);
            return;
        }
        Step(call, $"{call.Offer.Trunk} has transferred the caller to {transfer.To}");
        call.EndStatus = 200;
        call.EndReason = "transferred";
        EndReferred(transfer, call);
        End(CallOutcome.Answered, "agent", LeaveReason.Answered, call);
    }

    /// <summary>The peer has the caller: nothing of ours is between the two any more.</summary>
    private void EndReferred(PendingTransfer transfer, StoredCall call)
    {
        call.Destination = transfer.To!;
        call.Outbound = new OutboundCall { To = transfer.To! };
        LetGoOfAgent(transfer.Leg, call);
    }

    private void OnReferSilent(StoredCall call)
    {
        Send(new StopReferring(0));
        BridgeInstead("the peer does not say how it goes", call);
    }

    private void BridgeInstead(string why, StoredCall call)
    {
        var transfer = call.Transfer!;
        if (Destination.TryParse(transfer.To!, out var to))
        {
            Step(call, why);
            call.Transfer = transfer with { Refers = false };
            EnterOutbound(to, call);
        }
        else if (call.Agent is null)
        {
            OnTransferFailed(480, why, call);
        }
        else
        {
            Step(call, why);
            call.Transfer = null;
            Enter(CallPhase.Connected, call);
            Send(new ReplaceLeg(transfer.Leg));
        }
    }
}
