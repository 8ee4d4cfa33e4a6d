using CallCluster.Contracts.Agents;
using CallCluster.Contracts.Queues;

namespace CallCluster.Grains.Agents;

/// <summary>What is stored of an agent.</summary>
[GenerateSerializer, Alias("AgentState")]
public sealed class AgentState
{
    /// <summary>Version of the last AgentChanged; an activation goes on above it.</summary>
    [Id(0)] public long Version { get; set; }

    /// <summary>Available, Away or Offline, as configured or set; what the agent is follows from this, calls, wrap-up and phones.</summary>
    [Id(1)] public Presence Wanted { get; set; }
    [Id(2)] public string? Reason { get; set; }
    [Id(3)] public DateTimeOffset IdleSince { get; set; }
    [Id(4)] public DateTimeOffset? WrapUpUntil { get; set; }
    [Id(5)] public DateTimeOffset? NotRespondingUntil { get; set; }
    [Id(6)] public string? NotRespondingReason { get; set; }
    [Id(7)] public List<Reservation> Reservations { get; set; } = [];
    [Id(8)] public RegistrationState Registrations { get; set; } = new();

    /// <summary>As in AgentChanged.</summary>
    [Id(9)] public double Occupancy { get; set; }
    [Id(10)] public DateTimeOffset OccupancyAt { get; set; }

    /// <summary>Callers of queues that ask for them, each once, the last first; the last few.</summary>
    [Id(717)] public List<RecentCaller> Callers { get; set; } = [];
}

/// <summary>One call that the agent is kept for, or in.</summary>
[GenerateSerializer, Alias("Reservation")]
public sealed class Reservation
{
    [Id(0)] public required string CallId { get; init; }
    [Id(1)] public required string OfferId { get; init; }

    /// <summary>The queue that matched; null for a direct call or one that was taken in again.</summary>
    [Id(2)] public string? Queue { get; init; }
    [Id(3)] public ReservationStage Stage { get; set; }

    /// <summary>When the call is asked: for its consent while Reserved, later whether it still holds (PROTOCOL rule 14).</summary>
    [Id(4)] public DateTimeOffset DueAt { get; set; }

    /// <summary>When it ends without the call's consent.</summary>
    [Id(5)] public DateTimeOffset LapsesAt { get; init; }

    /// <summary>Why the queue matched them. Not stored: it is told until the call consents, and a reservation that is loaded is taken for consented.</summary>
    [field: NonSerialized] public MatchReason? Why { get; init; }
}

/// <summary>How far a reservation is.</summary>
public enum ReservationStage
{
    /// <summary>Waits for the call's consent.</summary>
    Reserved,
    /// <summary>The phone is being called.</summary>
    Ringing,
    /// <summary>Agent and caller are joined.</summary>
    Answered,
}
