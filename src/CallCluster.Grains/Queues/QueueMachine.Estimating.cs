using CallCluster.Contracts.Calls;
using CallCluster.Contracts.Queues;
using CallCluster.Grains.Machines;

namespace CallCluster.Grains.Queues;

/// <summary>How long callers will wait. What it is learnt from is gone with the activation: until enough callers have been served nothing is said.</summary>
public sealed partial class QueueMachine
{
    /// <summary>Edges attach each call every 30 s with jitter (PROTOCOL rule 15): whoever waited before the queue's activation has said so by then. A place in a part of the line would be a lie.</summary>
    private static readonly TimeSpan LineIsWholeAfter = TimeSpan.FromSeconds(40);

    private readonly WaitEstimator _estimator = new();
    private readonly DateTimeOffset _lineIsWholeAt;

    /// <summary>Seconds that a caller who came now would wait; NaN when that is not known. Read by metrics from other threads.</summary>
    public double EstimatedWaitSeconds { get; private set; } = double.NaN;

    /// <summary>How much longer the caller will wait; null when that is not known or the caller does not wait for an agent to be found.</summary>
    public TimeSpan? EstimatedWaitOf(string callId) =>
        _callers.TryGetValue(callId, out var caller) && caller.State == CallerState.Waiting ? EstimatedWait(caller) : null;

    /// <summary>Whoever an agent has been found for is told nothing: they may talk in a moment.</summary>
    private void OnTellWait(TellWait ask, DateTimeOffset now, Effects effects)
    {
        if (!_callers.TryGetValue(ask.CallId, out var caller) || caller.State != CallerState.Waiting) return;
        var isWhole = now >= _lineIsWholeAt;
        effects.ToCall(ask.CallId, new WaitTold(_name, ask.Asked, isWhole ? _seats.Before(caller) + 1 : null, isWhole ? EstimatedWait(caller) : null));
    }

    // What all agents do says nothing of the one who is demanded.
    private TimeSpan? EstimatedWait(Caller caller) => caller is { Demands: not null, WaitsFor: not null } ? null : _estimator.Wait(_seats.Before(caller), _index.Slots);

    private TimeSpan? EstimatedWaitOfNewcomer() => AgentsFree > 0 && _seats.Count == 0 ? TimeSpan.Zero : _estimator.Wait(_seats.Count, _index.Slots);

    /// <summary>Of the callers whom the agent answered, some are over when so few calls are left.</summary>
    private void CountServed(QueueAgent agent, AgentChanged changed)
    {
        var served = changed.IsOnDuty ? Math.Max(0, agent.Serving - Math.Max(0, agent.Capacity - changed.Free)) : agent.Serving;
        agent.Serving -= served;
        _estimator.Served(served);
    }

    private void CountLeft(Caller caller, Leave leave)
    {
        if (leave.Reason == LeaveReason.Answered && _agents.GetValueOrDefault(leave.AgentId ?? caller.AgentId ?? "") is { } agent && agent.Serving < agent.Capacity) agent.Serving++;
        if (caller.HadToWait && leave.Reason != LeaveReason.Gone) _estimator.Left(leave.Reason == LeaveReason.Answered);
    }
}
