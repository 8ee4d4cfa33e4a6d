using CallCluster.Contracts.Agents;
using CallCluster.Contracts.Calls;
using CallCluster.Contracts.Configuration;
using CallCluster.Contracts.Queues;
using CallCluster.Grains.Machines;
using CallCluster.Grains.Queues;

namespace CallCluster.Grains.Agents;

/// <summary>An agent's presence, capacity, wrap-up and phones; the only one who may reserve the agent (I1).</summary>
/// <remarks>Parts: this one takes messages and keeps reservations; Presence says what the agent is and tells the queues; Bids picks the next caller.</remarks>
public sealed partial class AgentMachine : Machine<AgentMessage>
{
    /// <summary>How long a reservation waits for the call's consent.</summary>
    public static readonly TimeSpan ReservedFor = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan ConsentAgainAfter = TimeSpan.FromMilliseconds(500);

    /// <summary>After a busy or refusing phone.</summary>
    public static readonly TimeSpan ShortPause = TimeSpan.FromSeconds(5);

    /// <summary>Three missed sweeps of the edges (PROTOCOL rule 15).</summary>
    private static readonly TimeSpan DoubtAfter = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan AskAgainAfter = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Sweep = TimeSpan.FromSeconds(40);
    private static readonly AgentOptions Unknown = new() { Presence = nameof(Presence.Offline) };

    private readonly string _id;
    private readonly IRoutingConfiguration _routing;
    private readonly Registrations _phones;
    private DateTimeOffset? _unknownUntil;
    private RoutingOptions? _servesBy;
    private IReadOnlyList<AgentQueueOptions> _serves = [];
    private readonly Tombstones _over = new(TimeSpan.FromSeconds(60), limit: 1000);

    /// <param name="id">The grain's key.</param>
    /// <param name="stored">What the store has; null when nothing.</param>
    /// <param name="routing">The current configuration, read anew at each step.</param>
    /// <param name="now">Now.</param>
    /// <param name="known">False when the store could not be read: the agent may be in a call, and is left alone until its calls have had a sweep to say so.</param>
    public AgentMachine(string id, AgentState? stored, IRoutingConfiguration routing, DateTimeOffset now, bool known = true)
    {
        (_id, _routing) = (id, routing);
        State = stored ?? new AgentState { Wanted = Configured, IdleSince = now };
        _phones = new Registrations(State.Registrations);
        foreach (var reservation in State.Reservations)
        {
            // Whether the call consented since it was stored is not known: it is taken as busy and the call is asked at once.
            if (reservation.Stage == ReservationStage.Reserved) reservation.Stage = ReservationStage.Ringing;
            reservation.DueAt = now;
        }

        if (!known) _unknownUntil = now + Sweep;
        State.Version = Math.Max(State.Version + 1, now.UtcTicks);
        (_since, _presence, _free) = (now, Current(now), FreeAt(now));
    }

    public AgentState State { get; }

    public override DateTimeOffset? NextDue
    {
        get
        {
            var due = Earlier(_bids?.Deadline, _remindAt);
            due = Earlier(due, State.WrapUpUntil);
            due = Earlier(due, State.NotRespondingUntil);
            due = Earlier(due, _unknownUntil);
            due = Earlier(due, _phones.NextExpiry);
            foreach (var reservation in State.Reservations) due = Earlier(due, reservation.DueAt);
            return due;
        }
    }

    private AgentOptions Options => _routing.Current.Agents.GetValueOrDefault(_id) ?? Unknown;

    /// <summary>The queues that the agent serves, those included whose steps widen to one of them.</summary>
    private IReadOnlyList<AgentQueueOptions> Queues
    {
        get
        {
            var current = _routing.Current;
            if (!ReferenceEquals(current, _servesBy)) (_servesBy, _serves) = (current, QueueService.All(Options, current.Queues));
            return _serves;
        }
    }

    private Presence Configured => Enum.TryParse<Presence>(Options.Presence, out var presence) && presence is Presence.Away or Presence.Offline ? presence : Presence.Available;

    public override void Handle(AgentMessage message, DateTimeOffset now, Effects effects)
    {
        switch (message)
        {
            case Reserve reserve: OnReserve(reserve, now, effects); break;
            case Bid bid: OnBid(bid, now, effects); break;
            case OfferAccepted accepted: OnAccepted(accepted.CallId, accepted.OfferId, now, effects); break;
            case OfferDeclined declined: End(declined.OfferId, now, effects); break;
            case AgentAnswered answered: OnAnswered(answered.CallId, answered.OfferId, now, effects); break;
            case AgentDidNotAnswer silent: OnDidNotAnswer(silent, now, effects); break;
            case AgentReleased released: OnReleased(released, now, effects); break;
            case AgentStillBusy busy when busy.Answered: OnAnswered(busy.CallId, busy.OfferId, now, effects); break;
            case AgentStillBusy busy: OnAccepted(busy.CallId, busy.OfferId, now, effects); break;
            case TellState tell: effects.ToQueue(tell.Queue, Snapshot(_bids?.Missing.Contains(tell.Queue) == true)); break;
        }

        Tell(now, effects);
    }

    public override void OnDue(DateTimeOffset now, Effects effects)
    {
        if (_phones.Expire(now)) effects.Persist();
        if (State.WrapUpUntil <= now) State.WrapUpUntil = null;
        if (State.NotRespondingUntil <= now) State.NotRespondingUntil = null;
        if (_unknownUntil <= now) _unknownUntil = null;
        for (var i = State.Reservations.Count - 1; i >= 0; i--)
        {
            var reservation = State.Reservations[i];
            if (reservation.DueAt > now) continue;
            if (reservation.Stage == ReservationStage.Reserved)
            {
                AskForConsent(reservation, now, effects);
            }
            else
            {
                reservation.DueAt = now + AskAgainAfter;
                effects.ToCall(reservation.CallId, new AgentInquiry(_id, reservation.OfferId));
            }
        }

        if (_bids?.Deadline <= now) Decide(now, effects);
        if (_remindAt <= now) Remind(now, effects);
        Tell(now, effects);
    }

    private void AskForConsent(Reservation reservation, DateTimeOffset now, Effects effects)
    {
        if (reservation.LapsesAt <= now)
        {
            // Not a tombstone: a consent that comes late is still taken when there is room.
            State.Reservations.Remove(reservation);
            effects.Persist();
            return;
        }

        // A consent that was lost would let two calls ring one phone: the call says it again.
        var next = now + ConsentAgainAfter;
        reservation.DueAt = next < reservation.LapsesAt ? next : reservation.LapsesAt;
        Confirm(reservation, effects);
    }

    /// <summary>Binds or removes contacts; the first one logs the agent in.</summary>
    public RegistrationResult Register(RegistrationRequest request, DateTimeOffset now, Effects effects)
    {
        _phones.Expire(now);
        var before = _phones.Contacts;
        var result = _phones.Apply(request, now);
        effects.Persist();
        if (before.Length == 0 && _phones.Count > 0 && Options.Contact is null) (State.Wanted, State.Reason) = (Configured, null);
        // A phone that was not there before: whichever did not answer may be the one that is gone.
        if (_phones.Contacts.Except(before).Any()) State.NotRespondingUntil = null;

        Tell(now, effects);
        return result;
    }

    private void OnReserve(Reserve reserve, DateTimeOffset now, Effects effects)
    {
        if (Find(reserve.OfferId) is { } known)
        {
            if (known.Stage == ReservationStage.Reserved) Confirm(known, effects);
            return;
        }

        if (_over.Contains(reserve.OfferId, now) || FreeAt(now) <= 0 || Target is null)
        {
            Refuse(reserve, effects);
            return;
        }

        CancelBids(effects);
        Keep(reserve.CallId, reserve.OfferId, reserve.Queue, reserve.Why, now, effects);
    }

    private void Refuse(Reserve reserve, Effects effects)
    {
        if (reserve.Queue is not { } queue)
        {
            effects.ToCall(reserve.CallId, new AgentRefused(_id, reserve.OfferId, _presence.ToString()));
            return;
        }

        effects.ToQueue(queue, new ReservationRefused(_id, State.Version, reserve.CallId, reserve.OfferId));
        if (_presence == Presence.Offline) effects.ToQueue(queue, Snapshot(wantsBids: false));
    }

    /// <summary>Reserves the agent for a call that a queue or the call itself chose.</summary>
    private void Keep(string callId, string offerId, string? queue, MatchReason? why, DateTimeOffset now, Effects effects)
    {
        var reservation = new Reservation { CallId = callId, OfferId = offerId, Queue = queue, Stage = ReservationStage.Reserved, DueAt = now + ConsentAgainAfter, LapsesAt = now + ReservedFor, Why = why };
        State.Reservations.Add(reservation);
        _askedBy = queue;
        effects.Persist();
        Confirm(reservation, effects);
    }

    private void Confirm(Reservation reservation, Effects effects) =>
        effects.ToCall(reservation.CallId, new AgentReserved(_id, reservation.OfferId, reservation.Queue, Target ?? "") { Why = reservation.Why });

    /// <summary>The call rings the agent, or says that it still does.</summary>
    private void OnAccepted(string callId, string offerId, DateTimeOffset now, Effects effects)
    {
        if (Find(offerId) is { } reservation)
        {
            if (reservation.Stage == ReservationStage.Reserved) reservation.Stage = ReservationStage.Ringing;
            reservation.DueAt = now + DoubtAfter;
        }
        else if (!_over.Contains(offerId, now))
        {
            // The reservation lapsed, or was lost with a silo: the call has the agent only if nobody else has.
            if (State.Reservations.Count < Options.Capacity) TakeIn(callId, offerId, ReservationStage.Ringing, now, effects);
            else effects.ToCall(callId, new AgentRefused(_id, offerId, _presence.ToString()));
        }
    }

    /// <summary>Agent and caller are joined: that is so, whatever the capacity says.</summary>
    private void OnAnswered(string callId, string offerId, DateTimeOffset now, Effects effects)
    {
        if (Find(offerId) is { } reservation)
        {
            reservation.Stage = ReservationStage.Answered;
            reservation.DueAt = now + DoubtAfter;
        }
        else if (!_over.Contains(offerId, now))
        {
            TakeIn(callId, offerId, ReservationStage.Answered, now, effects);
        }
    }

    private void TakeIn(string callId, string offerId, ReservationStage stage, DateTimeOffset now, Effects effects)
    {
        CancelBids(effects);
        State.Reservations.Add(new Reservation { CallId = callId, OfferId = offerId, Stage = stage, DueAt = now + DoubtAfter });
        effects.Persist();
    }

    private void OnDidNotAnswer(AgentDidNotAnswer silent, DateTimeOffset now, Effects effects)
    {
        if (!End(silent.OfferId, now, effects)) return;
        switch (silent.Cause)
        {
            case LegEndCause.NoAnswer or LegEndCause.Failed:
                (State.NotRespondingUntil, State.NotRespondingReason) = (now + Options.NotRespondingFor, "no answer");
                break;
            case LegEndCause.Busy or LegEndCause.Rejected:
                (State.NotRespondingUntil, State.NotRespondingReason) = (now + ShortPause, silent.Cause == LegEndCause.Busy ? "phone busy" : "call rejected");
                break;
        }
    }

    private void OnReleased(AgentReleased released, DateTimeOffset now, Effects effects)
    {
        var answered = Find(released.OfferId)?.Stage == ReservationStage.Answered;
        if (!End(released.OfferId, now, effects) || !answered) return;
        State.IdleSince = now;
        if (released.WrapUp > TimeSpan.Zero && !(State.WrapUpUntil > now + released.WrapUp)) State.WrapUpUntil = now + released.WrapUp;
    }

    /// <summary>Ends a reservation for good; false when it is not known (but it cannot come any more either).</summary>
    private bool End(string offerId, DateTimeOffset now, Effects effects)
    {
        _over.Add(offerId, now);
        if (Find(offerId) is not { } reservation) return false;
        State.Reservations.Remove(reservation);
        effects.Persist();
        return true;
    }

    private Reservation? Find(string offerId)
    {
        foreach (var reservation in State.Reservations)
        {
            if (reservation.OfferId == offerId) return reservation;
        }

        return null;
    }

    private static DateTimeOffset? Earlier(DateTimeOffset? one, DateTimeOffset? other) => one is null || other < one ? other ?? one : one;
}
