namespace CallCluster.Contracts.Idempotency;

/// <summary>Remembers, for one key of the API (its name is the grain's), which writes were made under which idempotency key, so that a second try, also on another node, gets the first one's answer.</summary>
[Alias("CallCluster.Idempotency")]
public interface IIdempotencyGrain : IGrainWithStringKey
{
    /// <summary>Asked before a write is made.</summary>
    /// <param name="key">The idempotency key.</param>
    /// <param name="request">A hash of the request: the same key stands for the same request.</param>
    [Alias("Begin")]
    Task<IdempotentWrite> Begin(string key, string request);

    /// <summary>Told once the write is made.</summary>
    /// <param name="key">The idempotency key.</param>
    /// <param name="claim"><see cref="IdempotentWrite.Claim"/> of the try that made it: when another has taken its place since, that one tells.</param>
    /// <param name="answer">What to answer to later tries; null when nothing was done: the next one is made.</param>
    [Alias("EndClaim")]
    Task End(string key, DateTimeOffset claim, StoredAnswer? answer);
}
