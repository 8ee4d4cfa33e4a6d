using CallCluster.Media.Srtp;

namespace CallCluster.Media.Tests.Srtp;

public sealed class PacketIndexTests
{
    [Fact]
    public void The_rollover_counter_follows_the_sequence_number_both_ways_across_the_wrap()
    {
        var index = Used(0, 65534);
        Assert.Equal(65535, index.Estimate(65535));
        Assert.Equal(0x1_0001, index.Estimate(1));
        index.Use(0x1_0001);
        Assert.Equal(1u, index.Rollover);
        Assert.Equal(65535, index.Estimate(65535));
        Assert.True(index.IsNew(65535));
    }

    [Fact]
    public void Before_the_first_packet_there_is_nothing()
    {
        Assert.True(Used(0, 3).Estimate(65535) < 0);
    }

    [Fact]
    public void An_index_is_new_once_and_only_within_the_window()
    {
        var index = Used(0, 1000);
        Assert.False(index.IsNew(1000));
        Assert.True(index.IsNew(999));
        index.Use(999);
        Assert.False(index.IsNew(999));
        Assert.True(index.IsNew(937));
        Assert.False(index.IsNew(936));
        index.Use(1063);
        Assert.False(index.IsNew(1000));
        Assert.True(index.IsNew(1001));
        index.Use(5000);
        Assert.False(index.IsNew(1063));
        Assert.True(index.IsNew(4999));
        Assert.False(index.IsNew(5000));
    }

    private static PacketIndex Used(uint rollover, ushort sequence)
    {
        var index = new PacketIndex(rollover, sequence);
        index.Use((ulong)index.Estimate(sequence));
        return index;
    }
}
