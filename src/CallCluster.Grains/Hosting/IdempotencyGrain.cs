using CallCluster.Contracts.Idempotency;
using CallCluster.Grains.Idempotency;

namespace CallCluster.Grains.Hosting;

/// <summary>Host of <see cref="IdempotencyLedger"/>. Not stored: when its silo dies, what was made before is not known to later tries.</summary>
public sealed class IdempotencyGrain(GrainServices services) : Grain, IIdempotencyGrain
{
    private readonly IdempotencyLedger _ledger = new();

    public Task<IdempotentWrite> Begin(string key, string request)
    {
        // Kept as long as the last answer.
        DelayDeactivation(IdempotencyLedger.Keep);
        return Task.FromResult(_ledger.Begin(key, request, services.Now));
    }

    public Task End(string key, DateTimeOffset claim, StoredAnswer? answer)
    {
        _ledger.End(key, claim, answer);
        return Task.CompletedTask;
    }
}
