using CallCluster.Grains.Machines;

namespace CallCluster.Grains.Tests.Machines;

public sealed class TombstonesTests
{
    private static readonly DateTimeOffset Start = MachineUnderTest<int>.Start;

    [Fact]
    public void They_are_kept_by_version_for_a_time()
    {
        var stones = new Tombstones(TimeSpan.FromSeconds(10), limit: 100);
        stones.Add("a", Start, version: 5);
        Assert.True(stones.Contains("a", Start, version: 5));
        Assert.False(stones.Contains("a", Start, version: 6));
        stones.Add("a", Start.AddSeconds(5), version: 7);
        Assert.True(stones.Contains("a", Start.AddSeconds(14), version: 6));
        Assert.False(stones.Contains("a", Start.AddSeconds(15), version: 6));
        Assert.Equal(0, stones.Count);
    }

    [Fact]
    public void They_are_bounded_in_number()
    {
        var stones = new Tombstones(TimeSpan.FromHours(1), limit: 100);
        for (var i = 0; i < 1000; i++) stones.Add("call" + i, Start);
        Assert.Equal(100, stones.Count);
        Assert.True(stones.Contains("call999", Start));
    }
}
