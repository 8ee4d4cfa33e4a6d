using CallCluster.Contracts.Agents;
using CallCluster.Contracts.Configuration;
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
        if (caller.WaitsFor is { } one) return $"{callId} waits for {one} alone, until {caller.WaitsForUntil:O}";
        return _index.Best(caller, now) is { } agent
            ? _index.WhyAgent(caller, agent, _line.Count, now).InWords(agent.Id)
            : $"{callId} waits in step {_index.Step(caller.Matured) + 1}: {AgentsFree} of {LoggedIn} agents who meet some step's needs are free; {caller.Matured} of {_index.Waits.Count} waits are over, {caller.RefusedBy.Length} agents passed over, looked at again at {caller.DueAt:O}";
    }

    /// <summary>A caller looks for an agent (PROTOCOL rule 8).</summary>
    private bool Match(Caller caller, DateTimeOffset now, Effects effects)
    {
        FindOneAgent(caller);
        var one = OneAgentFor(caller, now);
        if (caller.SitsFor != caller.WaitsFor) _seats.Seat(caller, now);
        if (one is not null && (one.Free <= 0 || caller.Refused(one.Id, now))) return false;
        if ((one ?? _index.Best(caller, now)) is not { } agent) return false;
        var why = one is not null ? WhyCaller(caller, agent, now) : _index.WhyAgent(caller, agent, _line.Count, now);
        Reserve(caller, agent, now);
        effects.ToAgent(agent.Id, new Reserve(_name, caller.CallId, caller.OfferId!) { Why = why });
        if (one is null && _options.Strategy == QueueStrategy.RingAll) AskOthersToo(caller, now, effects);
        return true;
    }

    /// <summary>RingAll: all who are free are reserved, and the call rings those whom it hears of.</summary>
    private void AskOthersToo(Caller caller, DateTimeOffset now, Effects effects)
    {
        while (caller.AlsoAsked.Count + 1 < QueueOptions.MostRungTogether && _index.Best(caller, now) is { } agent)
        {
            var why = _index.WhyAgent(caller, agent, _line.Count, now);
            var offerId = NextOffer(caller);
            caller.AlsoAsked.Add((agent.Id, offerId));
            _index.Take(agent);
            effects.ToAgent(agent.Id, new Reserve(_name, caller.CallId, offerId) { Why = why });
        }
    }

    /// <summary>An agent came free and looks for the best caller over all of its queues (PROTOCOL rule 9): this is what this one has.</summary>
    private void MakeBid(QueueAgent agent, DateTimeOffset now, Effects effects)
    {
        if (agent.Free <= 0 || !_loaded || CallerFor(agent, now) is not { } caller)
        {
            effects.ToAgent(agent.Id, new Bid(_name, agent.Version, null, null, 0));
            return;
        }

        var why = WhyCaller(caller, agent, now);
        Reserve(caller, agent, now);
        Schedule(caller, now);
        effects.ToAgent(agent.Id, new Bid(_name, agent.Version, caller.CallId, caller.OfferId, caller.Place) { Why = why });
    }

    private MatchReason WhyCaller(Caller caller, QueueAgent agent, DateTimeOffset now) => _index.WhyCaller(caller, agent, _line.Min!, _line.Count, now);

    private void Reserve(Caller caller, QueueAgent agent, DateTimeOffset now)
    {
        _seats.Unseat(caller);
        SetState(caller, CallerState.Reserving, now);
        caller.AgentId = agent.Id;
        caller.OfferId = NextOffer(caller);
        _index.Take(agent);
    }

    private string NextOffer(Caller caller) => string.Concat(caller.CallId, _offerPrefix, (++_offers).ToString(System.Globalization.CultureInfo.InvariantCulture));

    private void OnReservationRefused(ReservationRefused refused, DateTimeOffset now, Effects effects)
    {
        // A late copy is about a reservation that is over, and says nothing of the agent as it is now.
        if (!_callers.TryGetValue(refused.CallId, out var caller) || caller.State != CallerState.Reserving
            || (caller.OfferId != refused.OfferId && !caller.AlsoAsked.Exists(asked => asked.OfferId == refused.OfferId))) return;
        if (_agents.TryGetValue(refused.AgentId, out var agent) && refused.Version >= agent.Version)
        {
            (agent.Version, agent.IsInDoubt) = (refused.Version, true);
            _index.SetFree(agent, 0);
        }

        Release(refused.CallId, refused.OfferId, now, effects);
    }

    /// <summary>The reservation came to nothing: the caller is matched again at once, unless others are still asked for it.</summary>
    private void Release(string callId, string offerId, DateTimeOffset now, Effects effects)
    {
        if (!_callers.TryGetValue(callId, out var caller) || caller.State != CallerState.Reserving) return;
        if (caller.AlsoAsked.RemoveAll(asked => asked.OfferId == offerId) > 0 || caller.OfferId != offerId) return;
        if (caller.AlsoAsked is [var other, ..])
        {
            (caller.AgentId, caller.OfferId) = other;
            caller.AlsoAsked.RemoveAt(0);
            return;
        }

        if (_agents.GetValueOrDefault(caller.AgentId!) is { } agent) _index.ReturnTurn(agent);
        SetState(caller, CallerState.Waiting, now);
        _seats.Seat(caller, now);
        Settle(caller, now, effects);
    }

    /// <summary>The first in line of the callers whom the agent may take now; null when there is none.</summary>
    private Caller? CallerFor(QueueAgent agent, DateTimeOffset now) => _seats.First(agent.Id, WaitsToTake(agent), now);
}
