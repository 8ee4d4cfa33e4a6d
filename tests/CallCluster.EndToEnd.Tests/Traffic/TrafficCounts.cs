namespace CallCluster.EndToEnd.Tests.Traffic;

/// <summary>What became of the calls so far. A call is connected when an agent answered while its caller was on.</summary>
public sealed record TrafficCounts
{
    public int Started { get; init; }

    public int Answered { get; init; }

    /// <summary>Answered, and ended by a BYE of either side that was answered too.</summary>
    public int Completed { get; init; }

    /// <summary>Given up by the caller before an answer.</summary>
    public int Cancelled { get; init; }

    /// <summary>Refused with 503.</summary>
    public int Unavailable { get; init; }

    /// <summary>Refused otherwise.</summary>
    public int Rejected { get; init; }

    /// <summary>Ended by silence: no answer to INVITE or BYE.</summary>
    public int Lost { get; init; }

    /// <summary>Not over yet.</summary>
    public int Open => Started - Completed - Cancelled - Unavailable - Rejected - Lost;

    /// <summary>Calls that reached an agent's phone and were answered there.</summary>
    public int AgentsAnswered { get; init; }
}
