using CallCluster.Contracts.Agents;
using CallCluster.Contracts.Queues;
using CallCluster.Grains.Machines;

namespace CallCluster.Grains.Agents;

/// <summary>What the agent is, and who is told of it.</summary>
public sealed partial class AgentMachine
{
    private Presence _presence;
    private DateTimeOffset _since;
    private int _free;
    private double? _load;

    /// <summary>The queue whose asking the present change comes from: it has counted it already.</summary>
    private string? _askedBy;

    /// <summary>What the agent is now, for metrics.</summary>
    public Presence Presence => _presence;

    private int Answered
    {
        get
        {
            var answered = 0;
            foreach (var reservation in State.Reservations) answered += reservation.Stage == ReservationStage.Answered ? 1 : 0;
            return answered;
        }
    }

    private string? Target => _phones.Target ?? Options.Contact;

    /// <summary>Sets what the agent wants to be. In a call it takes effect after the call. Available ends wrap-up and NotResponding; the others leave the clock of the wrap-up alone.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The presence follows from calls and cannot be set.</exception>
    public void SetPresence(Presence presence, string? reason, DateTimeOffset now, Effects effects)
    {
        if (presence is not (Presence.Available or Presence.Away or Presence.Offline))
            throw new ArgumentOutOfRangeException(nameof(presence), presence, "Presence may be set to Available, Away or Offline; the others follow from calls.");
        Advance(now);
        (State.Wanted, State.Reason) = (presence, reason);
        if (presence == Presence.Available) State.NotRespondingUntil = State.WrapUpUntil = null;
        effects.Persist();
        Tell(now, effects);
    }

    /// <summary>Gives the agent so long from now to wrap up; false, and nothing changes, unless the agent is in wrap-up.</summary>
    public bool ExtendWrapUp(TimeSpan time, DateTimeOffset now, Effects effects)
    {
        if (Current(now) != Presence.WrapUp) return false;
        Advance(now);
        State.WrapUpUntil = now + time;
        effects.Persist();
        Tell(now, effects);
        return true;
    }

    /// <summary>Tells all queues after an activation: what they know may be from before.</summary>
    public void Announce(DateTimeOffset now, Effects effects)
    {
        Advance(now);
        _phones.Expire(now);
        (_presence, _free) = (Current(now), FreeAt(now));
        Occupy(_presence, now);
        TellAll(now, effects, wantsBids: _free > 0, except: null);
        _recollect = false;
    }

    /// <summary>What the API shows.</summary>
    public AgentView View(DateTimeOffset now)
    {
        Advance(now);
        var presence = Current(now);
        return new AgentView
        {
            Id = _id,
            Presence = presence,
            Reason = presence == Presence.NotResponding ? (_unknownUntil > now ? "state unknown" : State.NotRespondingReason) : presence is Presence.Away or Presence.Offline ? State.Reason : null,
            Since = _since,
            Calls = [.. State.Reservations.Select(reservation => reservation.CallId)],
            Capacity = Options.Capacity,
            Queues = [.. Options.Queues.Select(queue => queue.Name)],
            Skills = Options.Skills,
            Statistics = Statistics.View(),
            Contacts = _phones.Count > 0 ? _phones.Contacts : Options.Contact is { } contact ? [contact] : [],
        };
    }

    private void Advance(DateTimeOffset now) => Statistics.Advance(_presence, State.Reservations.Count, Answered, now);

    private Presence Current(DateTimeOffset now)
    {
        var calls = State.Reservations.Count;
        if (calls >= Options.Capacity && calls > 0) return Presence.Busy;
        var wanted = Target is null ? Presence.Offline : State.Wanted;
        if (wanted != Presence.Available) return calls > 0 ? Presence.Busy : wanted;
        if (State.WrapUpUntil > now) return Presence.WrapUp;
        return State.NotRespondingUntil > now || _unknownUntil > now ? Presence.NotResponding : Presence.Available;
    }

    private int FreeAt(DateTimeOffset now) => Current(now) == Presence.Available ? Options.Capacity - State.Reservations.Count : 0;

    /// <summary>Ends a turn: tells the queues when what they go by has changed, and asks for bids when a slot came free.</summary>
    private void Tell(DateTimeOffset now, Effects effects)
    {
        var presence = Current(now);
        var free = FreeAt(now);
        Occupy(presence, now);
        var askedBy = _askedBy;
        _askedBy = null;
        var recollect = _recollect && free > 0;
        _recollect = false;
        if (presence == _presence && free == _free && !recollect) return;

        var rose = free > _free;
        var toldOfLogin = (presence == Presence.Offline) != (_presence == Presence.Offline);
        var toldOfDuty = IsOnDuty(presence) != IsOnDuty(_presence);
        var toldOfFree = free != _free;
        if (presence != _presence)
        {
            // A presence without calls, once over, was no idling.
            if (_presence != Presence.Busy && free > 0) State.IdleSince = now;
            _since = now;
        }

        (_presence, _free) = (presence, free);
        if (toldOfFree || toldOfLogin || toldOfDuty || recollect) TellAll(now, effects, rose || recollect, askedBy);
    }

    private void TellAll(DateTimeOffset now, Effects effects, bool wantsBids, string? except)
    {
        State.Version++;
        var queues = Queues;
        if (wantsBids) CollectBids(now, effects);
        else CancelBids(effects);
        var changed = Snapshot(_bids is not null);
        for (var i = 0; i < queues.Count; i++)
        {
            // The asking queue has counted the reservation off already.
            if (wantsBids || queues[i].Name != except) effects.ToQueue(queues[i].Name, changed);
        }
    }

    private static bool IsOnDuty(Presence presence) => presence is Presence.Available or Presence.Busy or Presence.WrapUp;

    private AgentChanged Snapshot(bool wantsBids) => new()
    {
        AgentId = _id,
        Version = State.Version,
        LoggedIn = _presence != Presence.Offline,
        OnDuty = IsOnDuty(_presence),
        Free = _free,
        WantsBids = wantsBids,
        IdleSince = State.IdleSince,
        Presence = _presence.ToString(),
        Occupancy = State.Occupancy,
        OccupancyAt = State.OccupancyAt,
    };

    /// <summary>Brings the occupancy up to date when what it grows or fades by has changed. While the agent is away nothing counts.</summary>
    private void Occupy(Presence presence, DateTimeOffset now)
    {
        double? load = presence is Presence.Away or Presence.Offline or Presence.NotResponding ? null : presence == Presence.WrapUp ? 1 : Answered / (double)Options.Capacity;
        if (load == _load) return;
        if (_load is { } before) State.Occupancy = Occupancy.After(State.Occupancy, before, now - State.OccupancyAt);
        (State.OccupancyAt, _load) = (now, load);
    }
}
