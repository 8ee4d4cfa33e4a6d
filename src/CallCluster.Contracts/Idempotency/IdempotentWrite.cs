namespace CallCluster.Contracts.Idempotency;

/// <summary>What is known of a write.</summary>
/// <param name="State">Whether it may be made.</param>
/// <param name="Answer">What it was answered with; only with <see cref="IdempotentWriteState.Made"/>.</param>
[GenerateSerializer, Immutable, Alias("IdempotentWrite")]
public sealed record IdempotentWrite([property: Id(0)] IdempotentWriteState State, [property: Id(1)] StoredAnswer? Answer = null)
{
    /// <summary>By what the try is known that holds the key: the time when it began.</summary>
    [Id(730)] public DateTimeOffset Claim { get; init; }
}

/// <summary>How far a write is.</summary>
public enum IdempotentWriteState
{
    /// <summary>Not made yet: whoever asked makes it and tells.</summary>
    New,

    /// <summary>Another try is making it.</summary>
    UnderWay,

    /// <summary>Made: the answer is kept.</summary>
    Made,

    /// <summary>The key stands for another request.</summary>
    OtherRequest,
}

/// <summary>An answer of the API.</summary>
[GenerateSerializer, Immutable, Alias("StoredAnswer")]
public sealed record StoredAnswer([property: Id(0)] int Status, [property: Id(1)] string? ContentType, [property: Id(2)] string? Location, [property: Id(3)] byte[] Body);
