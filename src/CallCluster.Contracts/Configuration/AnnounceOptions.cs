namespace CallCluster.Contracts.Configuration;

/// <summary>
/// What callers of a queue are told while they wait, between stretches of music that go on where they were cut. An agent who answers cuts it, and so does a key that may be the beginning of
/// <see cref="CallbackOptions.Key"/>; once a callback has been offered, each announcement ends with the offer. The call is answered for it.
/// </summary>
public sealed record AnnounceOptions
{
    /// <summary>The pause from one announcement's end to the next.</summary>
    public TimeSpan Every { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long after coming to the queue the first one is said; null: after <see cref="Every"/>.</summary>
    public TimeSpan? First { get; init; }

    /// <summary>The place in line. Never a higher one than was said before: then it is left out.</summary>
    public bool Position { get; init; }

    /// <summary>How much longer it will take; left out while that is not known.</summary>
    public bool EstimatedWait { get; init; }

    /// <summary>Prompts said after these, one in each announcement, in turn.</summary>
    public IReadOnlyList<string> Prompts { get; init; } = [];
}
