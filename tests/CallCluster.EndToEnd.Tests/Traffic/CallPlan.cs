namespace CallCluster.EndToEnd.Tests.Traffic;

/// <summary>What the two ends of one call do. Times that are null never come.</summary>
public sealed record CallPlan
{
    /// <summary>What the caller dials.</summary>
    public required string Number { get; init; }

    /// <summary>The caller hangs up this long after its INVITE, whatever the state: CANCEL or BYE.</summary>
    public TimeSpan? GivesUpAfter { get; init; }

    /// <summary>The caller hangs up this long after it was answered.</summary>
    public TimeSpan? HangsUpAfter { get; init; }
}

/// <summary>What an agent's phone does with one call.</summary>
public sealed record AgentPlan
{
    /// <summary>Refuses with this status at once.</summary>
    public int? Rejects { get; init; }

    /// <summary>Answers after ringing this long; null rings on.</summary>
    public TimeSpan? AnswersAfter { get; init; } = TimeSpan.Zero;

    /// <summary>Hangs up this long after it has answered.</summary>
    public TimeSpan? HangsUpAfter { get; init; }
}
