using CallCluster.Sip.Authentication;

namespace CallCluster.Sip.Tests.Authentication;

public class NonceCountWindowTests
{
    private static readonly DateTimeOffset Start = DateTimeOffset.UnixEpoch;

    [Fact]
    public void Counts_may_overtake_one_another_and_serve_once()
    {
        var window = new NonceCountWindow(Start);
        uint[] counts = [1, 3, 2, 66, 4, 65, 4294967295, 4294967294];
        Assert.All(counts, count => Assert.Equal(NonceUse.Fresh, window.TryUse("n", Start, count)));
        Assert.All(counts, count => Assert.Equal(NonceUse.Replayed, window.TryUse("n", Start, count)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(36)]
    public void Zero_and_counts_64_behind_are_taken_for_replays(uint count)
    {
        var window = new NonceCountWindow(Start);
        window.TryUse("n", Start, 100);
        Assert.Equal(NonceUse.Replayed, window.TryUse("n", Start, count));
        Assert.Equal(NonceUse.Fresh, window.TryUse("n", Start, 37));
    }

    [Fact]
    public void Nonces_from_before_the_window_are_expired() =>
        Assert.Equal(NonceUse.Expired, new NonceCountWindow(Start).TryUse("n", Start.AddTicks(-1), 1));

    [Fact]
    public void A_full_window_forgets_the_oldest_but_lets_no_replay_in()
    {
        var window = new NonceCountWindow(Start, capacity: 2);
        Assert.Equal(NonceUse.Fresh, window.TryUse("b", Start.AddSeconds(2), 1));
        Assert.Equal(NonceUse.Fresh, window.TryUse("a", Start.AddSeconds(1), 1));
        Assert.Equal(NonceUse.Fresh, window.TryUse("c", Start.AddSeconds(3), 1));
        Assert.Equal(NonceUse.Expired, window.TryUse("a", Start.AddSeconds(1), 1));
        Assert.Equal(NonceUse.Expired, window.TryUse("a2", Start.AddSeconds(1), 1));
        Assert.Equal(NonceUse.Replayed, window.TryUse("b", Start.AddSeconds(2), 1));
        Assert.Equal(NonceUse.Fresh, window.TryUse("c", Start.AddSeconds(3), 2));
    }
}
