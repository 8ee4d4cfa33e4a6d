namespace CallCluster.Contracts.Queues;

/// <summary>A queue as the API shows it.</summary>
[GenerateSerializer, Immutable, Alias("QueueView")]
public sealed record QueueView
{
    [Id(0)] public required string Name { get; init; }
    [Id(1)] public required int Waiting { get; init; }

    /// <summary>Of whoever has waited longest, wherever in line.</summary>
    [Id(2)] public required TimeSpan LongestWait { get; init; }
    [Id(3)] public required int AgentsLoggedIn { get; init; }
    [Id(4)] public required int AgentsFree { get; init; }

    /// <summary>When the queue's grain began to count: after a crash it begins anew. Null from a silo of an earlier version.</summary>
    [Id(622)] public DateTimeOffset? Since { get; init; }
    [Id(5)] public required long Offered { get; init; }
    [Id(6)] public required long Answered { get; init; }
    [Id(7)] public required long Abandoned { get; init; }
    [Id(8)] public required long Overflowed { get; init; }

    /// <summary>Answered within the queue's ServiceLevel time.</summary>
    [Id(9)] public required long AnsweredInTime { get; init; }

    /// <summary>Abandoned within the queue's ShortAbandon time.</summary>
    [Id(10)] public required long ShortAbandoned { get; init; }

    /// <summary>Sent elsewhere by a supervisor.</summary>
    [Id(620)] public long Moved { get; init; }

    /// <summary>How long the answered waited, summed.</summary>
    [Id(621)] public TimeSpan AnsweredWait { get; init; }

    /// <summary>Answered in time over offered less short abandons, 0 to 1; null before there are any.</summary>
    public double? ServiceLevel => Offered > ShortAbandoned ? (double)AnsweredInTime / (Offered - ShortAbandoned) : null;

    /// <summary>How long the answered waited on average (ASA); null before there are any.</summary>
    public TimeSpan? AverageSpeedOfAnswer => Answered > 0 ? AnsweredWait / Answered : null;

    /// <summary>Whether callers are taken in now: the queue's hours say so and nobody has closed it.</summary>
    [Id(65)] public required bool Open { get; init; }

    /// <summary>Why the queue is closed by hand; null while it is not.</summary>
    [Id(66)] public string? ClosureReason { get; init; }

    /// <summary>How long a caller who came now would wait, by the last callers served; null while that is not known: too few were served since the queue began, or nobody is on duty.</summary>
    [Id(660)] public TimeSpan? EstimatedWait { get; init; }

    /// <summary>The first callers in line, at most 100.</summary>
    [Id(11)] public required WaitingCaller[] Callers { get; init; }
}

/// <summary>One caller in line.</summary>
[GenerateSerializer, Immutable, Alias("WaitingCaller")]
public sealed record WaitingCaller([property: Id(0)] string CallId, [property: Id(1)] string Caller, [property: Id(2)] DateTimeOffset FirstQueuedAt, [property: Id(3)] string? OfferedTo)
{
    /// <summary>The place key of PROTOCOL rule 11: whoever has a smaller one comes first.</summary>
    [Id(85)] public long Place { get; init; }

    /// <summary>How much longer the caller will wait; null when that is not known or an agent has been found already.</summary>
    [Id(660)] public TimeSpan? EstimatedWait { get; init; }

    /// <summary>Has hung up and is to be called back.</summary>
    [Id(647)] public bool IsCallback { get; init; }
}
