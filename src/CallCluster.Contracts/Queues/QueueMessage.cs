namespace CallCluster.Contracts.Queues;

/// <summary>One-way message to a QueueGrain.</summary>
[GenerateSerializer, Immutable, Alias("QueueMessage")]
public abstract record QueueMessage;

/// <summary>
/// CallGrain: the caller waits here. Sent on entering, after each offer that failed, and again when in doubt: a version that the queue knows already
/// changes nothing, an older one is dropped, and none revives a caller who left by that version or a later one.
/// </summary>
/// <param name="CallId">The call.</param>
/// <param name="Version">The call's version: rises with each of its messages about waiting (UTC ticks, or one above the last), so that a call that lost its state still outbids itself.</param>
/// <param name="Place">The place key of PROTOCOL rule 11, in UTC ticks: smaller is earlier. Fixed at first queueing; only a priority that a supervisor sets changes it.</param>
/// <param name="FirstQueuedAt">From which Waited and Steps count.</param>
/// <param name="RefusedBy">Agents who did not answer or refused this call, with the time until which they are passed over for it.</param>
/// <param name="Caller">For the API's list of waiting callers.</param>
[GenerateSerializer, Immutable, Alias("Enqueue")]
public sealed record Enqueue([property: Id(0)] string CallId, [property: Id(1)] long Version, [property: Id(2)] long Place, [property: Id(3)] DateTimeOffset FirstQueuedAt,
    [property: Id(4)] RefusedAgent[] RefusedBy, [property: Id(5)] string Caller) : QueueMessage
{
    /// <summary>When the caller came to this queue, by which its hours are asked; null from a silo of an earlier version: at <see cref="FirstQueuedAt"/>.</summary>
    [Id(65)] public DateTimeOffset? ArrivedAt { get; init; }

    /// <summary>The caller is to be called back: waits for an agent and is sent nowhere else.</summary>
    [Id(645)] public bool IsCallback { get; init; }

    /// <summary>The caller cannot be called back: rules that lead to that are passed over.</summary>
    [Id(646)] public bool CannotBeCalledBack { get; init; }

    /// <summary>The one agent for the caller, until the queue's second step; null for any.</summary>
    [Id(713)] public string? Agent { get; init; }
}

/// <summary>ClosureGrain: whether the queue is closed by hand; when that changes, and when the queue asks. An older version is dropped.</summary>
[GenerateSerializer, Immutable, Alias("ClosureChanged")]
public sealed record ClosureChanged([property: Id(0)] long Version, [property: Id(1)] bool Closed, [property: Id(2)] string? Reason) : QueueMessage;

/// <summary>An agent passed over for one call until a time.</summary>
[GenerateSerializer, Immutable, Alias("RefusedAgent")]
public sealed record RefusedAgent([property: Id(0)] string AgentId, [property: Id(1)] DateTimeOffset Until);

/// <summary>CallGrain: the caller is being offered to an agent; keep the place, match nobody else (I2). Ends by Enqueue or Leave of a higher version.</summary>
[GenerateSerializer, Immutable, Alias("Offering")]
public sealed record Offering([property: Id(0)] string CallId, [property: Id(1)] long Version, [property: Id(2)] string AgentId, [property: Id(3)] string OfferId) : QueueMessage;

/// <summary>CallGrain: the caller is gone from this queue for good. Terminal: wins over whatever arrives later with a lower version.</summary>
[GenerateSerializer, Immutable, Alias("Leave")]
public sealed record Leave([property: Id(0)] string CallId, [property: Id(1)] long Version, [property: Id(2)] LeaveReason Reason) : QueueMessage
{
    /// <summary>Who answered; null when nobody did.</summary>
    [Id(660)] public string? AgentId { get; init; }

    /// <summary>As in Enqueue, for a queue that it overtakes; null when the call knows nothing of having been there.</summary>
    [Id(622)] public DateTimeOffset? FirstQueuedAt { get; init; }
    [Id(623)] public DateTimeOffset? ArrivedAt { get; init; }

    /// <summary>The caller, who is to be called back, comes back to the old place.</summary>
    [Id(624)] public bool Returns { get; init; }
}

/// <summary>CallGrain that is about to tell its caller: how long does it take yet? Answered by <see cref="Calls.WaitTold"/> while the caller waits for an agent to be found, else not at all.</summary>
/// <param name="CallId">The call.</param>
/// <param name="Asked">Told back.</param>
[GenerateSerializer, Immutable, Alias("TellWait")]
public sealed record TellWait([property: Id(0)] string CallId, [property: Id(1)] long Asked) : QueueMessage;

/// <summary>Why a caller left a queue.</summary>
public enum LeaveReason
{
    /// <summary>Joined with an agent.</summary>
    Answered,
    /// <summary>Hung up.</summary>
    Abandoned,
    /// <summary>Sent elsewhere by an overflow rule.</summary>
    Overflowed,
    /// <summary>Never known here, or ended in another way.</summary>
    Gone,
    /// <summary>Sent elsewhere by a supervisor.</summary>
    Moved,
}

/// <summary>
/// AgentGrain: the agent's state, sent to each of the agent's queues on each change and when a queue asks. An older version is dropped.
/// When <see cref="Free"/> is above zero and <see cref="WantsBids"/>, the queue answers with a Bid (of a caller or of none), PROTOCOL rule 9.
/// </summary>
[GenerateSerializer, Immutable, Alias("AgentChanged")]
public sealed record AgentChanged : QueueMessage
{
    [Id(0)] public required string AgentId { get; init; }
    [Id(1)] public required long Version { get; init; }

    /// <summary>Logged in: any presence but Offline. Counts for NoAgents.</summary>
    [Id(2)] public required bool LoggedIn { get; init; }

    /// <summary>How many further calls the agent could take now.</summary>
    [Id(3)] public required int Free { get; init; }
    [Id(4)] public required bool WantsBids { get; init; }
    [Id(5)] public required DateTimeOffset IdleSince { get; init; }

    /// <summary>The presence's name, for the API and metrics.</summary>
    [Id(6)] public required string Presence { get; init; }

    /// <summary>How much of the last hour or so the agent was in calls and wrap-up, 0 to 1, at <see cref="OccupancyAt"/>: it fades while the agent idles. With several calls at once, of the capacity.</summary>
    [Id(7)] public double Occupancy { get; init; }
    [Id(8)] public DateTimeOffset OccupancyAt { get; init; }

    /// <summary>Takes callers, now or after the present one: Available, Busy or WrapUp. Null from a silo of an earlier version.</summary>
    [Id(661)] public bool? OnDuty { get; init; }

    /// <summary>The last callers of this queue whom the agent has talked with; null unless the queue has asked for them.</summary>
    [Id(714)] public RecentCaller[]? Callers { get; init; }

    /// <summary>As <see cref="OnDuty"/>; who does not say so is taken at least for one who is logged in.</summary>
    public bool IsOnDuty => OnDuty ?? LoggedIn;
}

/// <summary>AgentGrain: a reservation that this queue asked for was refused; run the caller's match again at once (PROTOCOL rule 8).</summary>
[GenerateSerializer, Immutable, Alias("ReservationRefused")]
public sealed record ReservationRefused([property: Id(0)] string AgentId, [property: Id(1)] long Version, [property: Id(2)] string CallId, [property: Id(3)] string OfferId) : QueueMessage;

/// <summary>AgentGrain: another queue's bid won; the caller that was bid is free to match again.</summary>
[GenerateSerializer, Immutable, Alias("BidLost")]
public sealed record BidLost([property: Id(0)] string AgentId, [property: Id(1)] long Version, [property: Id(2)] string CallId, [property: Id(3)] string OfferId) : QueueMessage;
