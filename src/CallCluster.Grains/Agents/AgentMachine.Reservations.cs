using CallCluster.Contracts.Agents;
using CallCluster.Contracts.Calls;
using CallCluster.Contracts.Queues;
using CallCluster.Grains.Machines;

namespace CallCluster.Grains.Agents;

/// <summary>What becomes of a reservation: consented to, rung, answered, over. Each stage is counted.</summary>
public sealed partial class AgentMachine
{
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
            Reach(ReservationStage.Ringing, reservation);
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
            Reach(ReservationStage.Answered, reservation);
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
        var reservation = new Reservation { CallId = callId, OfferId = offerId, DueAt = now + DoubtAfter };
        Reach(stage, reservation);
        State.Reservations.Add(reservation);
        effects.Persist();
    }

    /// <summary>How far a reservation has come, whatever message tells it: each stage is counted once.</summary>
    private void Reach(ReservationStage stage, Reservation reservation)
    {
        if (stage <= reservation.Stage) return;
        Statistics.Reached(reservation.Stage, stage);
        reservation.Stage = stage;
    }

    private void OnDidNotAnswer(AgentDidNotAnswer silent, DateTimeOffset now, Effects effects)
    {
        if (Find(silent.OfferId) is not { } rung)
        {
            _over.Add(silent.OfferId, now);
            return;
        }

        Reach(ReservationStage.Ringing, rung);
        End(silent.OfferId, now, effects);
        Statistics.NotTaken(silent.Cause);
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
        // What it was told before may still be on its way.
        var held = Find(released.OfferId);
        if (held is not null) Reach(released.Answered ? ReservationStage.Answered : ReservationStage.Ringing, held);
        End(released.OfferId, now, effects);
        if (held?.Stage != ReservationStage.Answered) return;
        State.IdleSince = now;
        if (released.WrapUp > TimeSpan.Zero && !(State.WrapUpUntil > now + released.WrapUp)) State.WrapUpUntil = now + released.WrapUp;
    }

    /// <summary>Ends a reservation for good; one that is not known cannot come any more either.</summary>
    private void End(string offerId, DateTimeOffset now, Effects effects)
    {
        _over.Add(offerId, now);
        if (Find(offerId) is not { } reservation) return;
        State.Reservations.Remove(reservation);
        effects.Persist();
    }

    private Reservation? Find(string offerId)
    {
        foreach (var reservation in State.Reservations)
        {
            if (reservation.OfferId == offerId) return reservation;
        }

        return null;
    }
}
