using CallCluster.Contracts.Agents;
using CallCluster.Contracts.Queues;
using CallCluster.Grains.Machines;

namespace CallCluster.Grains.Queues;

/// <summary>Joining callers and agents, from both sides.</summary>
public sealed partial class QueueMachine
{
    private readonly string _offerPrefix;
    private long _offers;

    /// <summary>Why a caller is where it is, in a supervisor's words; null when the caller is not in line.</summary>
    public string? Explain(string callId, DateTimeOffset now)
    {
        if (!_callers.TryGetValue(callId, out var caller)) return null;
        if (caller.State != CallerState.Waiting) return $"{callId} is {caller.State} ({caller.AgentId ?? "nobody"}) until {caller.StateDeadline:O} or the call's word";
        return LongestIdleStrategy.AgentFor(caller, _classes, now) is { } agent
            ? LongestIdleStrategy.Explain(caller, agent, _classes, now)
            : $"{callId} waits: {AgentsFree} of {LoggedIn} agents who meet the needs are free; {caller.Matured} of {_classes.Count} delays waited out, {caller.RefusedBy.Length} agents passed over, looked at again at {caller.DueAt:O}";
    }

    /// <summary>A caller looks for an agent (PROTOCOL rule 8).</summary>
    private bool Match(Caller caller, DateTimeOffset now, Effects effects)
    {
        if (LongestIdleStrategy.AgentFor(caller, _classes, now) is not { } agent) return false;
        Reserve(caller, agent, now);
        effects.ToAgent(agent.Id, new Reserve(_name, caller.CallId, caller.OfferId!));
        return true;
    }

    /// <summary>An agent came free and looks for the best caller over all of its queues (PROTOCOL rule 9): this is what this one has.</summary>
    private void MakeBid(QueueAgent agent, DateTimeOffset now, Effects effects)
    {
        if (agent.Free <= 0 || !_loaded || LongestIdleStrategy.CallerFor(agent, _classes, now) is not { } caller)
        {
            effects.ToAgent(agent.Id, new Bid(_name, agent.Version, null, null, 0));
            return;
        }

        Reserve(caller, agent, now);
        Schedule(caller, now);
        effects.ToAgent(agent.Id, new Bid(_name, agent.Version, caller.CallId, caller.OfferId, caller.Place));
    }

    private void Reserve(Caller caller, QueueAgent agent, DateTimeOffset now)
    {
        Unseat(caller);
        SetState(caller, CallerState.Reserving, now);
        caller.AgentId = agent.Id;
        caller.OfferId = string.Concat(caller.CallId, _offerPrefix, (++_offers).ToString(System.Globalization.CultureInfo.InvariantCulture));
        SetFree(agent, agent.Free - 1);
    }

    private void OnReservationRefused(ReservationRefused refused, DateTimeOffset now, Effects effects)
    {
        if (_agents.TryGetValue(refused.AgentId, out var agent) && refused.Version >= agent.Version)
        {
            // What the agent says next, by this version or a higher one, is news.
            agent.Version = refused.Version - 1;
            SetFree(agent, 0);
        }

        Release(refused.CallId, refused.OfferId, now, effects);
    }

    /// <summary>The reservation came to nothing: the caller is matched again at once.</summary>
    private void Release(string callId, string offerId, DateTimeOffset now, Effects effects)
    {
        if (!_callers.TryGetValue(callId, out var caller) || caller.State != CallerState.Reserving || caller.OfferId != offerId) return;
        SetState(caller, CallerState.Waiting, now);
        Seat(caller, now);
        Settle(caller, null, now, effects);
    }

    /// <summary>Puts a waiting caller where agents look: into each delay class that it has waited out.</summary>
    private void Seat(Caller caller, DateTimeOffset now)
    {
        while (caller.Matured < _classes.Count && caller.FirstQueuedAt + _classes[caller.Matured].Delay <= now) caller.Matured++;
        for (var i = 0; i < caller.Matured; i++) _classes[i].Callers.Add(caller);
    }

    private void Unseat(Caller caller)
    {
        for (var i = 0; i < caller.Matured; i++) _classes[i].Callers.Remove(caller);
    }
}
