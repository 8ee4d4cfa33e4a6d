namespace CallCluster.Contracts.Configuration;

/// <summary>A queue of callers.</summary>
public sealed record QueueOptions
{
    /// <summary>How many phones the strategy RingAll rings for one caller.</summary>
    public const int MostRungTogether = 10;

    public QueueStrategy Strategy { get; init; } = QueueStrategy.LongestIdle;

    /// <summary>Higher is more important.</summary>
    public int Priority { get; init; }

    /// <summary>How much waiting one step of priority is worth (PROTOCOL rule 11).</summary>
    public TimeSpan PriorityWeight { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Priority of callers by E.164 number or its beginning, in place of <see cref="Priority"/>; the longest that fits counts.</summary>
    public IReadOnlyDictionary<string, int> Vip { get; init; } = new Dictionary<string, int>();

    /// <summary>Who hung up while waiting and rings again within this time, from the same number, gets the old place back. Zero: nobody.</summary>
    public TimeSpan KeepPlaceFor { get; init; } = TimeSpan.Zero;

    /// <summary>Calendar of when the queue is open; null: always. Callers who come while it is closed overflow by Closed; those who wait at closing time wait on.</summary>
    public string? Hours { get; init; }

    /// <summary>Prompt looped while waiting; the call is answered for it. Null: the caller stays provisional (182) unless answered already.</summary>
    public string? Music { get; init; }

    /// <summary>What callers are told while they wait; null: nothing.</summary>
    public AnnounceOptions? Announce { get; init; }

    /// <summary>What the caller's agent must be able to do, asked for less and less as the caller waits; none: any agent of the queue will do.</summary>
    public IReadOnlyList<StepOptions> Steps { get; init; } = [];

    /// <summary>So long from first queueing a caller is kept for the agent who had them last time, as long as that one is at work and takes the caller in the first step. Zero: not at all.</summary>
    public TimeSpan StickyFor { get; init; } = TimeSpan.Zero;
    public TimeSpan RingTimeout { get; init; } = TimeSpan.FromSeconds(20);
    public TimeSpan WrapUp { get; init; } = TimeSpan.Zero;
    public TimeSpan ServiceLevel { get; init; } = TimeSpan.FromSeconds(20);
    public TimeSpan ShortAbandon { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Whether conversations of its callers are recorded, in stereo.</summary>
    public RecordPolicy Record { get; init; }

    /// <summary>Callers who hang up and are called back; null: none.</summary>
    public CallbackOptions? Callback { get; init; }

    /// <summary>Rules tried in order; the first that holds sends the caller away.</summary>
    public IReadOnlyList<OverflowOptions> Overflow { get; init; } = [];

    /// <summary>The priority of a caller with this number.</summary>
    public int PriorityOf(string caller)
    {
        for (var length = Vip.Count == 0 ? 0 : caller.Length; length > 0; length--)
        {
            if (Vip.TryGetValue(caller[..length], out var priority)) return priority;
        }

        return Priority;
    }
}

/// <summary>
/// How the queue chooses among free agents who meet the needs: those with the most preferred skills first, and of these by the strategy. What is equal
/// is decided by idle time, then by id; with turns by id.
/// </summary>
public enum QueueStrategy
{
    /// <summary>The agent who has been idle longest.</summary>
    LongestIdle,
    /// <summary>The highest levels in the skills that the step names, summed; of equals the one with the least other skills, who would be missed least elsewhere.</summary>
    MostSkilled,
    /// <summary>The agent who was least in calls and wrap-up of late (see <see cref="Queues.AgentChanged.Occupancy"/>).</summary>
    LeastOccupied,
    /// <summary>Each in turn, in the order of their ids.</summary>
    RoundRobin,
    /// <summary>Turns in proportion to <see cref="AgentQueueOptions.Weight"/>.</summary>
    Weighted,
    /// <summary>All free ones at once, at most <see cref="QueueOptions.MostRungTogether"/>, those idle longest first: the first to answer has the caller.</summary>
    RingAll,
}

/// <summary>One step of the needs: it holds from <see cref="After"/> until the next one. Each asks no more than the one before.</summary>
public sealed record StepOptions
{
    /// <summary>From first queueing; zero in the first step. The step also holds as soon as nobody logged in could ever meet the ones before.</summary>
    public TimeSpan After { get; init; } = TimeSpan.Zero;

    /// <summary>Skills that an agent must have, each with its least level (1 to 5).</summary>
    public IReadOnlyDictionary<string, int> Needs { get; init; } = new Dictionary<string, int>();

    /// <summary>Skills that are welcome, each with its least level: of those who meet the needs, whoever has more of these comes first. Excludes nobody.</summary>
    public IReadOnlyDictionary<string, int> Prefers { get; init; } = new Dictionary<string, int>();

    /// <summary>Further queues whose agents may take the caller from this step on, if they meet the needs. The caller stays in this queue's line, at the same place.</summary>
    public IReadOnlyList<string> Queues { get; init; } = [];
}

/// <summary>When a caller is sent elsewhere.</summary>
public sealed record OverflowOptions
{
    public required OverflowCondition When { get; init; }

    /// <summary>For Waited, from first queueing, and for EstimatedWait. Required there, refused elsewhere.</summary>
    public TimeSpan? OverTime { get; init; }

    /// <summary>For Length: a caller who finds this many waiting goes elsewhere. Required there, refused elsewhere.</summary>
    public int? OverLength { get; init; }

    public required string To { get; init; }
}

/// <summary>Conditions of overflow.</summary>
public enum OverflowCondition
{
    /// <summary>Nobody is logged in who could ever meet any step's needs.</summary>
    NoAgents,
    /// <summary>Waiting longer than Over.</summary>
    Waited,
    /// <summary>More than Over callers wait already.</summary>
    Length,
    /// <summary>The caller came outside the queue's Hours, or the queue is closed by hand: then also those who wait already, since nobody is there.</summary>
    Closed,
    /// <summary>The caller comes, and will wait longer than Over as it looks now. While that is not known the rule does not hold.</summary>
    EstimatedWait,
}
