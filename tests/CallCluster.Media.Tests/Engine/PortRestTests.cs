using CallCluster.Media.Engine;

namespace CallCluster.Media.Tests.Engine;

/// <summary>facts/attacks.md, stale media after port reuse.</summary>
public sealed class PortRestTests
{
    private static readonly PortRest Rest = new(ClosedAt: 100_000, ReuseDelay: 500, Rest: 30_000, Limit: 600_000);

    [Fact]
    public void A_silent_port_is_free_after_half_a_second()
    {
        Assert.False(Rest.IsFree(null, 100_000, out var again));
        Assert.Equal(100_500, again);
        Assert.True(Rest.IsFree(null, 100_500, out _));
    }

    [Fact]
    public void A_port_whose_peer_fell_silent_before_the_end_does_not_rest() => Assert.True(Rest.IsFree(99_000, 100_500, out _));

    [Fact]
    public void A_port_in_mid_stream_is_free_thirty_seconds_after_its_last_packet()
    {
        Assert.False(Rest.IsFree(99_980, 100_500, out var again));
        Assert.Equal(129_980, again);
        Assert.False(Rest.IsFree(120_000, 129_980, out again));
        Assert.Equal(150_000, again);
        Assert.True(Rest.IsFree(120_000, 150_000, out _));
    }

    [Fact]
    public void A_port_that_is_never_left_alone_is_free_after_ten_minutes()
    {
        Assert.False(Rest.IsFree(699_000, 699_000, out var again));
        Assert.Equal(700_000, again);
        Assert.True(Rest.IsFree(699_999, 700_000, out _));
    }
}
