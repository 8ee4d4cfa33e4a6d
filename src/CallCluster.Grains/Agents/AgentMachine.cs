using CallCluster.Contracts.Agents;
using CallCluster.Contracts.Calls;
using CallCluster.Contracts.Configuration;
using CallCluster.Contracts.Queues;
using CallCluster.Grains.Machines;
using CallCluster.Grains.Queues;

namespace CallCluster.Grains.Agents;

/// <summary>An agent's presence, capacity, wrap-up and phones; the only one who may reserve the agent (I1).</summary>
/// <remarks>Parts: this one takes messages and knows what is due; Reservations keeps them and how far they are; Presence says what the agent is and tells the queues; Bids picks the next caller.</remarks>
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
        Statistics = new AgentStatistics(now);
        _phones = new Registrations(State.Registrations);
        foreach (var reservation in State.Reservations)
        {
            // Whether the call consented since it was stored is not known: it is taken as busy and the call is asked at once.
            if (reservation.Stage == ReservationStage.Reserved) reservation.Stage = ReservationStage.Ringing;
            reservation.DueAt = now;
            Statistics.Reached(ReservationStage.Reserved, reservation.Stage);
        }

        if (!known) _unknownUntil = now + Sweep;
        State.Version = Math.Max(State.Version + 1, now.UtcTicks);
        (_since, _presence, _free) = (now, Current(now), FreeAt(now));
    }

    public AgentState State { get; }

    public AgentStatistics Statistics { get; }

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
        Advance(now);
        switch (message)
        {
            case Reserve reserve: OnReserve(reserve, now, effects); break;
            case Bid bid: OnBid(bid, now, effects); break;
            case OfferAccepted accepted: OnAccepted(accepted.CallId, accepted.OfferId, now, effects); break;
            case OfferDeclined declined: End(declined.OfferId, now, effects); break;
            case AgentAnswered answered:
                OnAnswered(answered.CallId, answered.OfferId, now, effects);
                if (answered.Caller is { } caller) Remember(caller);
                break;
            case AgentDidNotAnswer silent: OnDidNotAnswer(silent, now, effects); break;
            case AgentReleased released: OnReleased(released, now, effects); break;
            case AgentStillBusy busy when busy.Answered: OnAnswered(busy.CallId, busy.OfferId, now, effects); break;
            case AgentStillBusy busy: OnAccepted(busy.CallId, busy.OfferId, now, effects); break;
            case TellState tell: OnTellState(tell, effects); break;
        }

        Tell(now, effects);
    }

    public override void OnDue(DateTimeOffset now, Effects effects)
    {
        Advance(now);
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
        Advance(now);
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

    private static DateTimeOffset? Earlier(DateTimeOffset? one, DateTimeOffset? other) => one is null || other < one ? other ?? one : one;
}
