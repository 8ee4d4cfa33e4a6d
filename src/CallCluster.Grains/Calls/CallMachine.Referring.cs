using CallCluster.Contracts.Calls;
using CallCluster.Contracts.Configuration;
using CallCluster.Contracts.Queues;

namespace CallCluster.Grains.Calls;

/// <summary>
/// A caller whom an agent sends to a destination outside. Where the caller's own trunk leads there, and takes REFER, it is asked to bring the caller there itself, and the call is over when
/// it has; otherwise, and when it does not, the destination is called and bridged. Until then the caller stays with the agent.
/// </summary>
public sealed partial class CallMachine
{
    /// <summary>The destination may ring as long as one that we call ourselves, and then the peer has to say so.</summary>
    private static readonly TimeSpan ReferPatience = TimeSpan.FromSeconds(10);

    private void TransferOut(Destination to, int leg, StoredCall call)
    {
        var refers = call.Offer.Trunk is { } trunk && Routing.Trunks.TryGetValue(trunk, out var options) && options.Transfer == TransferMode.Refer && Routing.Outbound.TrunksFor(to) is [var first, ..] && first == trunk;
        call.Transfer = new PendingTransfer("", "", leg, to.ToString(), refers) { By = call.Agent!.AgentId };
        if (!refers)
        {
            EnterOutbound(to, call);
            return;
        }
        Enter(CallPhase.Transferring, call, Routing.Outbound.RingTimeout + ReferPatience);
        Step(call, $"asking {call.Offer.Trunk} to transfer the caller to {to}");
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

    private void BridgeInstead(string why, StoredCall call)
    {
        Step(call, why);
        call.Transfer = call.Transfer! with { Refers = false };
        EnterOutbound(Destination.Parse(call.Transfer.To!), call);
    }
}
