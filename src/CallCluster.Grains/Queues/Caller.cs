using CallCluster.Contracts.Queues;
using CallCluster.Grains.Machines;

namespace CallCluster.Grains.Queues;

/// <summary>A caller in line.</summary>
public sealed class Caller(string callId) : DueItem
{
    public string CallId { get; } = callId;

    /// <summary>The call's version that the queue knows; a lower one is late.</summary>
    public long Version { get; set; }

    /// <summary>The place key; smaller is earlier. Changes only while the caller is out of <see cref="PlaceOrder"/>'s collections.</summary>
    public long Place { get; set; }

    public DateTimeOffset FirstQueuedAt { get; init; }

    /// <summary>When the caller came to this queue.</summary>
    public DateTimeOffset ArrivedAt { get; set; }

    /// <summary>How many waited when the caller came, until that has been looked at: a queue that loads looks later. Null for who came before the queue's machine began.</summary>
    public int? Found { get; set; }

    public string Name { get; set; } = "";

    /// <summary>Is to be called back: no overflow rule is for who is not on the line.</summary>
    public bool IsCallback { get; set; }

    /// <summary>Rules that lead to a callback are not for the caller.</summary>
    public bool CannotBeCalledBack { get; set; }

    /// <summary>The agent whom the caller's destination demands; null for none.</summary>
    public string? Demands { get; set; }

    /// <summary>Whether there is one agent for the caller has been looked into.</summary>
    public bool IsAssessed { get; set; }

    /// <summary>The one agent for the caller; null when the caller is for all.</summary>
    public string? WaitsFor { get; set; }

    /// <summary>Until then; others may take the caller afterwards.</summary>
    public DateTimeOffset WaitsForUntil { get; set; }

    /// <summary>Among whose callers <see cref="Seats"/> has the caller.</summary>
    public string? SitsFor { get; set; }

    public RefusedAgent[] RefusedBy { get; set; } = [];

    public CallerState State { get; set; }

    /// <summary>The agent whom the caller is reserved for or offered to.</summary>
    public string? AgentId { get; set; }

    public string? OfferId { get; set; }

    /// <summary>Agents asked together with <see cref="AgentId"/> (RingAll), each by a reservation of its own.</summary>
    public List<(string AgentId, string OfferId)> AlsoAsked { get; } = [];

    /// <summary>When the queue acts alone on a state that waits for an answer (PROTOCOL rule 2).</summary>
    public DateTimeOffset StateDeadline { get; set; }

    /// <summary>When the call is asked whether it still waits here: it has not been heard of for three sweeps.</summary>
    public DateTimeOffset DoubtAt { get; set; }

    /// <summary>How many of the queue's waits (<see cref="AgentIndex.Waits"/>) the caller has waited out.</summary>
    public int Matured { get; set; }

    /// <summary>No agent was found at once.</summary>
    public bool HadToWait { get; set; }

    /// <summary>Place key, then call id: a total order (PROTOCOL rule 11).</summary>
    public static IComparer<Caller> PlaceOrder { get; } = Comparer<Caller>.Create(static (a, b) =>
        a.Place.CompareTo(b.Place) is not 0 and var order ? order : string.CompareOrdinal(a.CallId, b.CallId));

    /// <summary>Who has waited longest first: not <see cref="PlaceOrder"/> where priorities differ.</summary>
    public static IComparer<Caller> WaitOrder { get; } = Comparer<Caller>.Create(static (a, b) =>
        a.FirstQueuedAt.CompareTo(b.FirstQueuedAt) is not 0 and var order ? order : string.CompareOrdinal(a.CallId, b.CallId));

    /// <summary>Whether this call passes over the agent for now: who did not take it, or is being asked already.</summary>
    public bool Refused(string agentId, DateTimeOffset now)
    {
        if (agentId == AgentId) return true;
        foreach (var asked in AlsoAsked)
        {
            if (asked.AgentId == agentId) return true;
        }

        foreach (var refused in RefusedBy)
        {
            if (refused.AgentId == agentId && refused.Until > now) return true;
        }

        return false;
    }
}

/// <summary>What is happening with a caller in line.</summary>
public enum CallerState
{
    /// <summary>May be matched.</summary>
    Waiting,
    /// <summary>An agent has been asked, by Reserve or Bid; the answer or the deadline ends it.</summary>
    Reserving,
    /// <summary>The call offers itself to an agent; only the call ends it.</summary>
    Offering,
    /// <summary>Sent away by an overflow rule; the call's Leave or the deadline ends it.</summary>
    Overflowing,
}
