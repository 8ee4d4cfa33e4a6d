namespace CallCluster.Contracts.Configuration;

/// <summary>A queue of callers.</summary>
public sealed record QueueOptions
{
    public QueueStrategy Strategy { get; init; } = QueueStrategy.LongestIdle;

    /// <summary>Higher is more important.</summary>
    public int Priority { get; init; }

    /// <summary>How much waiting one step of priority is worth (PROTOCOL rule 11).</summary>
    public TimeSpan PriorityWeight { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Prompt looped while waiting; the call is answered for it. Null: the caller stays provisional (182) unless answered already.</summary>
    public string? Music { get; init; }

    /// <summary>Needs; today at most one step and it counts from the start.</summary>
    public IReadOnlyList<StepOptions> Steps { get; init; } = [];
    public TimeSpan RingTimeout { get; init; } = TimeSpan.FromSeconds(20);
    public TimeSpan WrapUp { get; init; } = TimeSpan.Zero;
    public TimeSpan ServiceLevel { get; init; } = TimeSpan.FromSeconds(20);
    public TimeSpan ShortAbandon { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Whether conversations of its callers are recorded, in stereo.</summary>
    public RecordPolicy Record { get; init; }

    /// <summary>Rules tried in order; the first that holds sends the caller away.</summary>
    public IReadOnlyList<OverflowOptions> Overflow { get; init; } = [];
}

/// <summary>How the queue chooses among free agents who meet the needs.</summary>
public enum QueueStrategy
{
    /// <summary>The agent who has been idle longest.</summary>
    LongestIdle,
}

/// <summary>Skills that an agent must have, each with its least level (1 to 5).</summary>
public sealed record StepOptions
{
    public IReadOnlyDictionary<string, int> Needs { get; init; } = new Dictionary<string, int>();
}

/// <summary>When a caller is sent elsewhere.</summary>
public sealed record OverflowOptions
{
    public required OverflowCondition When { get; init; }

    /// <summary>For Waited: from first queueing. Required there, refused elsewhere.</summary>
    public TimeSpan? OverTime { get; init; }

    /// <summary>For Length: a caller who finds this many waiting goes elsewhere. Required there, refused elsewhere.</summary>
    public int? OverLength { get; init; }

    public required string To { get; init; }
}

/// <summary>Conditions of overflow.</summary>
public enum OverflowCondition
{
    /// <summary>Nobody is logged in who could ever meet the needs.</summary>
    NoAgents,
    /// <summary>Waiting longer than Over.</summary>
    Waited,
    /// <summary>More than Over callers wait already.</summary>
    Length,
}
