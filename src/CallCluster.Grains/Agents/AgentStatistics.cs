using CallCluster.Contracts.Agents;
using CallCluster.Contracts.Calls;

namespace CallCluster.Grains.Agents;

/// <summary>What reports count of an agent since its machine began (DESIGN 'Words'). Read by metrics from other threads.</summary>
public sealed class AgentStatistics
{
    private static readonly string[] Presences = Enum.GetNames<Presence>();
    private readonly TimeSpan[] _presenceTime = new TimeSpan[Presences.Length];
    private readonly DateTimeOffset _since;
    private DateTimeOffset _until;
    private TimeSpan _inCalls;
    private TimeSpan _wrappingUp;
    private TimeSpan _idle;

    public AgentStatistics(DateTimeOffset since) => _since = _until = since;

    public long Offered { get; private set; }

    public long Answered { get; private set; }

    public long Refused { get; private set; }

    public long NotAnswered { get; private set; }

    public TimeSpan TalkTime { get; private set; }

    public TimeSpan TimeIn(Presence presence) => _presenceTime[(int)presence];

    /// <summary>Counts the time until now, in which nothing changed.</summary>
    /// <param name="presence">What the agent was.</param>
    /// <param name="calls">Calls that the agent was kept for or in.</param>
    /// <param name="talking">Of these, how many were answered.</param>
    /// <param name="now">Now.</param>
    public void Advance(Presence presence, int calls, int talking, DateTimeOffset now)
    {
        var span = now - _until;
        if (span <= TimeSpan.Zero) return;
        _until = now;
        _presenceTime[(int)presence] += span;
        TalkTime += span * talking;
        if (talking > 0) _inCalls += span;
        else if (presence == Presence.WrapUp) _wrappingUp += span;
        else if (presence == Presence.Available && calls == 0) _idle += span;
    }

    /// <summary>A reservation has come from one stage to a later one.</summary>
    public void Reached(ReservationStage from, ReservationStage to)
    {
        if (from < ReservationStage.Ringing && to >= ReservationStage.Ringing) Offered++;
        if (from < ReservationStage.Answered && to == ReservationStage.Answered) Answered++;
    }

    /// <summary>The phone did not take the call.</summary>
    public void NotTaken(LegEndCause cause)
    {
        if (cause is LegEndCause.Busy or LegEndCause.Rejected) Refused++;
        else NotAnswered++;
    }

    /// <summary>Adds what was counted of another agent.</summary>
    public void Add(AgentStatistics other)
    {
        (Offered, Answered, Refused, NotAnswered, TalkTime) = (Offered + other.Offered, Answered + other.Answered, Refused + other.Refused, NotAnswered + other.NotAnswered, TalkTime + other.TalkTime);
        for (var i = 0; i < _presenceTime.Length; i++) _presenceTime[i] += other._presenceTime[i];
    }

    public AgentStatisticsView View()
    {
        var occupied = _inCalls + _wrappingUp;
        return new AgentStatisticsView
        {
            Since = _since,
            Offered = Offered,
            Answered = Answered,
            Refused = Refused,
            NotAnswered = NotAnswered,
            TalkTime = TalkTime,
            WrapUpTime = TimeIn(Presence.WrapUp),
            Occupancy = occupied + _idle > TimeSpan.Zero ? occupied / (occupied + _idle) : null,
            PresenceTime = Presences.Select((name, i) => (name, _presenceTime[i])).ToDictionary(),
        };
    }
}
