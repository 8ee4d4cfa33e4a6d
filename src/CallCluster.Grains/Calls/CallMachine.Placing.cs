using CallCluster.Contracts.Calls;
using CallCluster.Contracts.Edges;
using CallCluster.Contracts.Queues;
using CallCluster.Contracts.Tickets;
using CallCluster.Grains.Machines;

namespace CallCluster.Grains.Calls;

/// <summary>
/// Calls that begin at our side: an edge is found that carries the call, then the party is called who is to be the caller (CallerWay), or an agent first. From then on it is a call like
/// another. An edge begins without a leg, so that one which was asked and not heard rings nobody: the next is asked by a higher epoch, and the first is told to forget.
/// </summary>
public sealed partial class CallMachine
{
    private static readonly TimeSpan EdgeSearchLasts = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan AskForEdgesEvery = TimeSpan.FromMilliseconds(500);

    /// <summary>How long one edge may take to say that it carries the call.</summary>
    private static readonly TimeSpan EdgePatience = TimeSpan.FromSeconds(1);

    /// <summary>An edge that never spoke of the call is asked about so soon after its end.</summary>
    private static readonly TimeSpan SilentEdgeInquiry = TimeSpan.FromSeconds(5);

    /// <summary>Begins the call; one that is known already stays as it is.</summary>
    public CallView Place(CallOffer offer, DateTimeOffset now, Effects effects)
    {
        Begin(now, effects);
        if (State is null)
        {
            State = new StoredCall { Offer = offer, Destination = offer.Destination, CallerGone = true };
            Step(State, offer.Placed is { Agent: { } agent } ? $"call of {agent} to {offer.Placed.To}" : $"call to {offer.Placed!.To}");
            FindEdge(State);
        }
        Flush();
        return View()!;
    }

    /// <summary>Ends the call, whatever it does; false when no such call is going on.</summary>
    public bool HangUp(DateTimeOffset now, Effects effects)
    {
        Begin(now, effects);
        if (Superseded || State is not { Phase: not CallPhase.Ended } call) return false;
        Step(call, "hung up by the API");
        ForgetCallback(call);
        call.EndStatus = call.AnsweredAt is null ? 480 : 200;
        call.EndReason = "hung up by the API";
        End(OutcomeSoFar(call), "api", LeaveReason.Gone, call);
        Flush();
        return true;
    }

    /// <summary>Whoever is called back for a ticket and was not reached is for anybody again. Said with each step of settling, since it is not confirmed.</summary>
    private void GiveTicketBack(StoredCall call)
    {
        if (!_lingering && call is { ConnectedAt: null, Offer.Placed: { Ticket: { } ticket, TicketVersion: not 0 and var version } }) _effects.ToTicket(ticket, new CallBackFailed(version));
    }

    private void FindEdge(StoredCall call)
    {
        Enter(CallPhase.FindingEdge, call, EdgeSearchLasts);
        AskForEdges(call);
    }

    private void AskForEdges(StoredCall call)
    {
        call.EdgesLeft = null;
        _effects.FindEdges(CallId);
        call.RepeatAt = _now + AskForEdgesEvery;
    }

    private void OnEdgesListed(EdgesListed listed, StoredCall call)
    {
        if (call is not { Phase: CallPhase.FindingEdge, EdgesLeft: null } || listed.EdgeIds.Length == 0) return;
        // Each call begins elsewhere in the list, so that they spread.
        var first = (int)(Spread(CallId) % (uint)listed.EdgeIds.Length);
        call.EdgesLeft = [.. listed.EdgeIds[first..], .. listed.EdgeIds[..first]];
        TryNextEdge(call);
    }

    private void OnEdgeSilent(StoredCall call)
    {
        if (call.EdgesLeft is null) AskForEdges(call);
        else TryNextEdge(call);
    }

    private void OnEdgeRefused(EdgeRefused refused, StoredCall call)
    {
        if (call.Phase == CallPhase.FindingEdge && refused.EdgeId == call.EdgeId && refused.Epoch == call.Epoch) TryNextEdge(call);
    }

    private void TryNextEdge(StoredCall call)
    {
        if (call.EdgesLeft is not [var next, .. var rest])
        {
            // Not at once: edges that refuse answer fast.
            call.EdgesLeft = null;
            call.RepeatAt = _now + AskForEdgesEvery;
            return;
        }
        call.EdgesLeft = rest;
        call.EdgeId = next;
        call.Epoch++;
        call.LastSequence = 0;
        call.Forgotten = _farewell = false;
        call.Closing.Clear();
        DropCommands();
        _lastCommand = 0;
        _heard = false;
        _effects.Persist();
        _effects.ToEdge(next, new BeginCall(CallId, call.Epoch, call.Offer));
        call.RepeatAt = _now + EdgePatience;
    }

    private void OnEdgeFound(StoredCall call)
    {
        if (call.Agent is { } reserved) Ring(reserved, call);
        else if (call.Offer.Placed is { Agent: { } first }) EnterReserving(first, call);
        else CallCaller(call);
    }

    private void OnNoEdge(StoredCall call)
    {
        if (call.Callback is not null)
        {
            CallBackLater("no edge carries the call", passOver: false, call);
            return;
        }
        Step(call, "no edge carries the call");
        call.EndReason = "no edge";
        End(CallOutcome.Failed, "failure", LeaveReason.Gone, call);
    }

    /// <summary>The edge dies while there is no caller's leg yet.</summary>
    private void OnEdgeLostBeforeCaller(StoredCall call)
    {
        if (call.Phase == CallPhase.FindingEdge)
        {
            TryNextEdge(call);
            return;
        }
        if (call is { Callback: not null, Phase: CallPhase.Queued or CallPhase.CallbackPause }) return; // it was about to forget the call
        if (call.Callback is not null)
        {
            CallBackLater($"edge {call.EdgeId} lost", passOver: false, call);
            return;
        }
        Step(call, $"edge {call.EdgeId} lost");
        End(CallOutcome.Failed, "edge", LeaveReason.Gone, call);
    }

    /// <summary>At the end of a call whose edge was never heard: nobody is left who would ask about it.</summary>
    private void AskAfterSilentEdge(StoredCall call)
    {
        if (call.EdgeId.Length == 0) call.Forgotten = true;
        else if (!_heard) _doubtAt = Earlier(_doubtAt, _now + SilentEdgeInquiry);
    }

    private static uint Spread(string callId)
    {
        var hash = 0u;
        foreach (var c in callId) hash = (hash * 31) + c;
        return hash;
    }
}
