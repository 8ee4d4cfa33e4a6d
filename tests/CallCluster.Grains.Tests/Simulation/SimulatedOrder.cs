using CallCluster.Contracts.Agents;
using CallCluster.Contracts.Calls;
using CallCluster.Contracts.Queues;
using CallCluster.Grains.Calls;

namespace CallCluster.Grains.Tests.Simulation;

/// <summary>
/// Who is first in line goes first: no caller is passed over by one of the same queue with a later place key, when the agent could have taken either. Only callers are looked at of whom the queue
/// must have heard, and with whom nothing was under way: for a time they have waited, fitted the agent, and neither been sent to anybody nor away.
/// </summary>
internal sealed class SimulatedOrder(Simulator simulator, Func<string, string, StoredCall, TimeSpan, bool> mayTake)
{
    /// <summary>A queue gives a caller up to the agent or the overflow for at most 3 s; plus what messages take.</summary>
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(5);

    private readonly Dictionary<string, DateTimeOffset> _unsettled = [];

    public void OnSent(string key, object message)
    {
        switch (message)
        {
            case Reserve { Queue: { } queue } reserve: Check(key, queue, reserve.CallId); break;
            case Bid { CallId: { } callId } bid: Check(key, bid.Queue, callId); break;
            case QueueOverflowed: Unsettle(key); break;
            case Enqueue enqueue: Unsettle(enqueue.CallId); break;
        }
    }

    private void Unsettle(string callId) => _unsettled[callId] = simulator.Now;

    private void Check(string agentId, string queue, string callId)
    {
        Unsettle(callId);
        if (simulator.Grains.Calls.FirstOrDefault(grain => grain.Id == callId).Machine?.State is not { } chosen) return;
        foreach (var (id, call) in simulator.Grains.Calls)
        {
            if (call.State is not { Phase: CallPhase.Queued } other || other.Queue != queue || id == callId || other.Place >= chosen.Place) continue;
            if (other.Callback is not null) continue; // through a closure by hand who is to be called back waits, and others leave
            if (!_unsettled.TryGetValue(id, out var last) || simulator.Now - last < Settled || !mayTake(agentId, queue, other, Settled)) continue;
            throw simulator.Broken("no caller is passed over by one behind", $"{agentId} is sent {callId} by {queue}, but {id} stands before and waits undisturbed since {last - Simulator.Start}");
        }
    }
}
