using CallCluster.Contracts.Calls;
using CallCluster.Contracts.Configuration;
using CallCluster.Contracts.Queues;
using CallCluster.Grains.Machines;

namespace CallCluster.Grains.Queues;

/// <summary>
/// Who waits, in which order; matches callers with agents and sends callers elsewhere (PROTOCOL rules 8 to 13). Not stored: calls and agents
/// re-assert what they are to it, and it matches nobody until its agents have told their state.
/// </summary>
/// <remarks>
/// Parts: this one keeps the line and overflows; Matching joins; Agents keeps the index of agents; Closing knows when nobody is there; Estimating says how long it will take; OneAgent keeps callers for
/// whom they had last or ask for; Viewing shows it.
/// </remarks>
public sealed partial class QueueMachine : Machine<QueueMessage>
{
    /// <summary>The agent's reservation lasts 2 s; a second more for the messages.</summary>
    private static readonly TimeSpan ReservingFor = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan OverflowingFor = TimeSpan.FromSeconds(2);

    /// <summary>Three missed sweeps of the edges (PROTOCOL rule 15).</summary>
    private static readonly TimeSpan DoubtAfter = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan AskAgainAfter = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan RememberLeft = TimeSpan.FromSeconds(30);

    /// <summary>Who came longer ago than this and is not known had come to this queue before its machine began: an Enqueue that was lost is said again after a second.</summary>
    private static readonly TimeSpan ArrivesWithin = TimeSpan.FromSeconds(5);

    /// <summary>Longer than a callback is kept.</summary>
    private static readonly TimeSpan RememberAway = TimeSpan.FromDays(7);

    private readonly string _name;
    private readonly IRoutingConfiguration _routing;
    private readonly DateTimeOffset _beganAt;
    private readonly Dictionary<string, Caller> _callers = [];
    private readonly SortedSet<Caller> _line = new(Caller.PlaceOrder);
    private readonly SortedSet<Caller> _byWait = new(Caller.WaitOrder);
    private readonly DueHeap<Caller> _due = new();
    private readonly KeptPlaces _kept = new();
    private readonly Tombstones _left = new(RememberLeft, limit: 100_000);

    /// <summary>Who is to be called back and left the line for a while: they were counted.</summary>
    private readonly Tombstones _away = new(RememberAway, limit: 10_000);
    private RoutingOptions _configured;
    private QueueOptions _options = new();
    private OverflowRules _overflow = new([]);
    private int _offering;

    public QueueMachine(string name, IRoutingConfiguration routing, DateTimeOffset now)
    {
        (_name, _routing, _configured, _beganAt) = (name, routing, routing.Current, now);
        _offerPrefix = $"/{name}/{now.UtcTicks:x}-";
        _lineIsWholeAt = now + LineIsWholeAfter;
        Configure();
    }

    public override DateTimeOffset? NextDue
    {
        get
        {
            var due = Earlier(Earlier(_due.NextDue, _agentsDue.NextDue), _closureDueAt);
            return _loaded ? due : Earlier(due, _loadingEnds);
        }
    }

    public override void Handle(QueueMessage message, DateTimeOffset now, Effects effects)
    {
        _estimator.Advance(now);
        Reconfigure(now, effects);
        switch (message)
        {
            case Enqueue enqueue: OnEnqueue(enqueue, now, effects); break;
            case Offering offering: OnOffering(offering, now); break;
            case Leave leave: OnLeave(leave, now); break;
            case AgentChanged changed: OnAgentChanged(changed, now, effects); break;
            case ReservationRefused refused: OnReservationRefused(refused, now, effects); break;
            case ClosureChanged changed: OnClosureChanged(changed, now, effects); break;
            case TellWait ask: OnTellWait(ask, now, effects); break;
            case BidLost lost: Release(lost.CallId, lost.OfferId, now, effects); break;
        }

        EndTurn();
    }

    public override void OnDue(DateTimeOffset now, Effects effects)
    {
        _estimator.Advance(now);
        Reconfigure(now, effects);
        if (!_loaded && _loadingEnds <= now) Loaded(now, effects);
        if (_closureDueAt <= now) AskForClosure(now, effects);
        while (_agentsDue.First is { } agent && agent.DueAt <= now) AskAgain(agent, now, effects);
        while (_due.First is { } caller && caller.DueAt <= now) OnCallerDue(caller, now, effects);
        EndTurn();
    }

    private void EndTurn()
    {
        FirstQueuedTicks = _byWait.Min?.FirstQueuedAt.UtcTicks ?? 0;
        _estimator.Busy = _index.Slots - _index.FreeSlots;
        EstimatedWaitSeconds = EstimatedWaitOfNewcomer()?.TotalSeconds ?? double.NaN;
    }

    private void OnEnqueue(Enqueue enqueue, DateTimeOffset now, Effects effects)
    {
        if (_left.Contains(enqueue.CallId, now, enqueue.Version)) return;
        if (_callers.TryGetValue(enqueue.CallId, out var caller))
        {
            if (enqueue.Version < caller.Version) return;
            caller.DoubtAt = now + DoubtAfter;
            if (enqueue.Version == caller.Version)
            {
                // Something may have fallen due in this very moment: it is done now, not scheduled away. Nothing else is: a free agent is for the first in line, not for who speaks again.
                TellPlace(caller, now, effects);
                if (caller.DueAt <= now) OnCallerDue(caller, now, effects);
                else Schedule(caller, now);
                return;
            }

            if (enqueue.Place != caller.Place) MoveTo(enqueue.Place, caller);
            SetState(caller, CallerState.Waiting, now);
        }
        else
        {
            caller = new Caller(enqueue.CallId) { Place = enqueue.Place, FirstQueuedAt = enqueue.FirstQueuedAt, Name = enqueue.Caller, ArrivedAt = enqueue.ArrivedAt ?? enqueue.FirstQueuedAt, DoubtAt = now + DoubtAfter };
            _callers.Add(caller.CallId, caller);
            if (now - caller.ArrivedAt <= ArrivesWithin) caller.Found = _line.Count - _offering;
            _line.Add(caller);
            _byWait.Add(caller);
            // Who comes back to be called was counted on the line, unless that was by an activation before this one.
            if (!enqueue.IsCallback || !_away.Contains(caller.CallId, now)) Statistics.Arrived();
        }

        caller.Version = enqueue.Version;
        caller.RefusedBy = enqueue.RefusedBy;
        caller.IsCallback = enqueue.IsCallback;
        caller.CannotBeCalledBack = enqueue.CannotBeCalledBack;
        caller.Demands = enqueue.Agent;
        TellPlace(caller, now, effects);
        _seats.Seat(caller, now);
        Settle(caller, now, effects);
    }

    /// <summary>The call has another place, by its priority or one that was kept. What is ordered by place is left before it changes.</summary>
    private void MoveTo(long place, Caller caller)
    {
        _seats.Unseat(caller);
        _line.Remove(caller);
        caller.Place = place;
        _line.Add(caller);
    }

    /// <summary>Whoever rings again has the old place as soon as the call knows: only the call may say where it stands.</summary>
    private void TellPlace(Caller caller, DateTimeOffset now, Effects effects)
    {
        if (_kept.For(caller.Name, caller.CallId, caller.Place, now) is { } place) effects.ToCall(caller.CallId, new PlaceKept(_name, place));
    }

    private void OnOffering(Offering offering, DateTimeOffset now)
    {
        if (!_callers.TryGetValue(offering.CallId, out var caller))
        {
            // Its Enqueue is still on the way and says less than this: the caller comes in by the next version, if the offer fails.
            _left.Add(offering.CallId, now, offering.Version);
            return;
        }

        if (offering.Version < caller.Version) return;
        caller.DoubtAt = now + DoubtAfter;
        if (offering.Version > caller.Version)
        {
            caller.Version = offering.Version;
            _seats.Unseat(caller);
            SetState(caller, CallerState.Offering, now);
            (caller.AgentId, caller.OfferId) = (offering.AgentId, offering.OfferId);
        }

        Schedule(caller, now);
    }

    private void OnLeave(Leave leave, DateTimeOffset now)
    {
        var isNews = !_left.Contains(leave.CallId, now, leave.Version);
        _left.Add(leave.CallId, now, leave.Version);
        if (!_callers.TryGetValue(leave.CallId, out var caller) || leave.Version < caller.Version)
        {
            if (isNews && (caller is not null || leave.ArrivedAt + ArrivesWithin >= _beganAt)) CountUnmet(leave, now);
            return;
        }

        if (leave.Reason == LeaveReason.Abandoned && _options.KeepPlaceFor > TimeSpan.Zero) _kept.Keep(caller.Name, caller.Place, now, now + _options.KeepPlaceFor);
        CountLeft(caller, leave);
        Remember(caller, leave, now);
        Statistics.Left(leave.Reason, now - caller.FirstQueuedAt, _options);
        if (leave.Returns) _away.Add(caller.CallId, now);
        _seats.Unseat(caller);
        SetState(caller, CallerState.Waiting, now);
        _due.Remove(caller);
        _line.Remove(caller);
        _byWait.Remove(caller);
        _callers.Remove(caller.CallId);
    }

    /// <summary>Who came and left while this machine was there, and whose Leave was faster than the Enqueue, or slower than that of their coming back.</summary>
    private void CountUnmet(Leave leave, DateTimeOffset now)
    {
        if (leave.FirstQueuedAt is not { } first) return;
        if (!_away.Contains(leave.CallId, now)) Statistics.Arrived();
        Statistics.Left(leave.Reason, now - first, _options);
        if (leave.Returns) _away.Add(leave.CallId, now);
    }

    /// <summary>Matches the caller, or sends it away, or leaves it in line.</summary>
    private void Settle(Caller caller, DateTimeOffset now, Effects effects)
    {
        if (_loaded && caller.State == CallerState.Waiting && LeaveBy(caller, now, effects) is { } rule)
        {
            _seats.Unseat(caller);
            SetState(caller, CallerState.Overflowing, now);
            effects.ToCall(caller.CallId, new QueueOverflowed(_name, caller.Version, rule.When.ToString(), rule.To));
        }

        caller.HadToWait |= caller.State == CallerState.Waiting;
        if (_loaded) caller.Found = null;
        Schedule(caller, now);
    }

    /// <summary>Matches the caller; else the rule that sends the caller away, if one does. While the queue is closed to the caller nobody is matched.</summary>
    private OverflowOptions? LeaveBy(Caller caller, DateTimeOffset now, Effects effects)
    {
        var closed = IsClosedTo(caller);
        if (!closed && Match(caller, now, effects)) return null;
        // No rule is for who is not on the line; nor may an agent who comes free find them in a closed queue.
        if (closed && caller.IsCallback) _seats.Unseat(caller);
        if (caller.IsCallback) return null;
        var estimated = caller.Found is not null && _overflow.DependsOnEstimate ? EstimatedWait(caller) : null;
        return _overflow.FirstThatHolds(new Situation(now - caller.FirstQueuedAt, LoggedIn == 0, closed, caller.Found, estimated, caller.CannotBeCalledBack));
    }

    private void OnCallerDue(Caller caller, DateTimeOffset now, Effects effects)
    {
        if (caller.DoubtAt <= now)
        {
            caller.DoubtAt = now + AskAgainAfter;
            effects.ToCall(caller.CallId, new QueueInquiry(_name));
        }

        if (caller.State is CallerState.Reserving or CallerState.Overflowing && caller.StateDeadline <= now)
        {
            if (caller.State == CallerState.Reserving && _agents.GetValueOrDefault(caller.AgentId!) is { } silent) Ask(silent, now, effects);
            foreach (var (also, _) in caller.AlsoAsked)
                if (_agents.TryGetValue(also, out var asked)) Ask(asked, now, effects);
            caller.AlsoAsked.Clear();
            SetState(caller, CallerState.Waiting, now);
        }

        if (caller.State == CallerState.Waiting) _seats.Seat(caller, now);
        Settle(caller, now, effects);
    }

    private void SetState(Caller caller, CallerState state, DateTimeOffset now)
    {
        if (caller.State == CallerState.Offering) _offering--;
        if (state == CallerState.Offering) _offering++;
        caller.State = state;
        foreach (var (also, _) in caller.AlsoAsked)
        {
            // Whether they were asked at all is not known: a reservation that is lost must not keep an agent from the queue.
            if (_agents.TryGetValue(also, out var asked)) _agentsDue.Set(asked, now + ReservingFor);
        }

        caller.AlsoAsked.Clear();
        caller.StateDeadline = now + (state == CallerState.Overflowing ? OverflowingFor : ReservingFor);
        if (state is CallerState.Waiting or CallerState.Overflowing) caller.AgentId = caller.OfferId = null;
    }

    /// <summary>Sets when the caller must be looked at again, whatever else happens.</summary>
    private void Schedule(Caller caller, DateTimeOffset now)
    {
        var due = caller.DoubtAt;
        if (caller.State is CallerState.Reserving or CallerState.Overflowing)
        {
            due = caller.StateDeadline < due ? caller.StateDeadline : due;
        }
        else if (caller.State == CallerState.Waiting)
        {
            if (!caller.IsCallback && _overflow.FirstWait is { } wait) Sooner(caller.FirstQueuedAt + wait);
            if (caller.Matured < _index.Waits.Count) Sooner(caller.FirstQueuedAt + _index.Waits[caller.Matured]);
            foreach (var refused in caller.RefusedBy) Sooner(refused.Until);
            if (caller.WaitsFor is not null) Sooner(caller.WaitsForUntil);
        }

        _due.Set(caller, due);

        void Sooner(DateTimeOffset at)
        {
            if (at > now && at < due) due = at;
        }
    }

    private static DateTimeOffset? Earlier(DateTimeOffset? one, DateTimeOffset? other) => one is null || other < one ? other ?? one : one;
}
