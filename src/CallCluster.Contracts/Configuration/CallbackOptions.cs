namespace CallCluster.Contracts.Configuration;

/// <summary>
/// Callers of a queue who hang up and are called when their turn comes, at the place that their waiting gave them: the agent is reserved and rung first, then the caller, within
/// <c>Outbound:Allow</c>. Offered only to whom the network shows a number that may be called. The destination <c>callback:QUEUE</c> asks for it without a key.
/// </summary>
public sealed record CallbackOptions
{
    /// <summary>How long after first queueing it is offered; null: never while waiting, only by the destination.</summary>
    public TimeSpan? Offer { get; init; }

    /// <summary>The keys that ask for it; others are passed over, and a caller who presses none waits on.</summary>
    public string Key { get; init; } = "1#";

    /// <summary>Prompt of the offer; null: none, for a queue whose music tells of it.</summary>
    public string? Prompt { get; init; }

    /// <summary>Prompt after the keys, and at <c>callback:QUEUE</c>; then we hang up. The place is kept from its beginning on. Null: we hang up at once.</summary>
    public string? Confirmation { get; init; }

    /// <summary>Prompt for whom nobody can call back after all; then the caller waits on. Null: none.</summary>
    public string? Refusal { get; init; }

    /// <summary>The calendar within which callers are called; they wait for it to open, at their place. Null: within the hours of the queue.</summary>
    public string? Hours { get; init; }

    /// <summary>How often a caller who was not reached is called again; after that a ticket remains. An agent who does not answer is no attempt.</summary>
    public int Retries { get; init; } = 2;

    /// <summary>The pause before that, in which the caller is not in the line; the place is kept.</summary>
    public TimeSpan RetryEvery { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long after asking a caller is called back at all; then a ticket remains.</summary>
    public TimeSpan Within { get; init; } = TimeSpan.FromHours(24);

    /// <summary>How long it rings at the caller's, and the agent who was rung first is kept at most.</summary>
    public TimeSpan RingTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How many callers of the queue may be to be called back at a time, each number once; who asks when there are as many waits on.</summary>
    public int Most { get; init; } = 100;
}
