using CallCluster.Contracts.Idempotency;
using CallCluster.Grains.Idempotency;

namespace CallCluster.Grains.Tests.Idempotency;

public sealed class IdempotencyLedgerTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 28, 9, 0, 0, TimeSpan.Zero);
    private static readonly StoredAnswer Answer = new(202, "application/json", null, [1]);
    private readonly IdempotencyLedger _ledger = new();

    [Fact]
    public void A_write_is_made_once_and_its_answer_kept_for_an_hour()
    {
        Assert.Equal(IdempotentWriteState.New, Begin("k", "r"));
        Assert.Equal(IdempotentWriteState.UnderWay, Begin("k", "r", 29));
        Assert.Equal(IdempotentWriteState.OtherRequest, Begin("k", "other", 29));
        _ledger.End("k", Start, Answer);
        Assert.Equal((IdempotentWriteState.Made, Answer), (_ledger.Begin("k", "r", Start.AddMinutes(59)).State, _ledger.Begin("k", "r", Start.AddMinutes(59)).Answer));
        Assert.Equal(IdempotentWriteState.New, Begin("k", "other", 3600));
    }

    [Fact]
    public void A_write_that_failed_or_whose_process_died_is_made_by_the_next_try()
    {
        Begin("failed", "r");
        _ledger.End("failed", Start, null);
        Assert.Equal(IdempotentWriteState.New, Begin("failed", "r", 1));
        Begin("died", "r");
        Assert.Equal(IdempotentWriteState.New, Begin("died", "r", 30));
    }

    [Fact]
    public void A_try_that_took_too_long_ends_nothing_of_the_one_that_took_its_place()
    {
        var first = _ledger.Begin("k", "r", Start);
        var second = _ledger.Begin("k", "r", Start.AddSeconds(30));
        _ledger.End("k", first.Claim, null);
        Assert.Equal(IdempotentWriteState.UnderWay, Begin("k", "r", 31));
        _ledger.End("k", first.Claim, Answer with { Status = 500 });
        Assert.Equal(IdempotentWriteState.UnderWay, Begin("k", "r", 32));
        _ledger.End("k", second.Claim, Answer);
        Assert.Equal(Answer, _ledger.Begin("k", "r", Start.AddSeconds(33)).Answer);
    }

    [Fact]
    public void The_oldest_are_forgotten_when_there_are_many()
    {
        for (var i = 0; i <= IdempotencyLedger.Most; i++)
        {
            Begin($"k{i}", "r");
            _ledger.End($"k{i}", Start, Answer);
        }
        Assert.Equal(IdempotencyLedger.Most, _ledger.Count);
        Assert.Equal(IdempotentWriteState.Made, Begin("k1", "r"));
        Assert.Equal(IdempotentWriteState.New, Begin("k0", "r"));
    }

    private IdempotentWriteState Begin(string key, string request, double seconds = 0) => _ledger.Begin(key, request, Start.AddSeconds(seconds)).State;
}
