using CallCluster.Contracts.Configuration;
using CallCluster.Grains.Announcements;

namespace CallCluster.Grains.Tests.Announcements;

public sealed class SpokenWaitTests
{
    [Theory]
    [InlineData(1, "position-next")]
    [InlineData(2, "position number-2")]
    [InlineData(10, "position number-10")]
    [InlineData(11, "position-beyond number-10")]
    [InlineData(15, "position-beyond number-10")]
    [InlineData(16, "position-beyond number-15")]
    [InlineData(31, "position-beyond number-30")]
    [InlineData(1000, "position-beyond number-30")]
    public void A_place_beyond_the_last_number_is_said_to_be_after_it(int position, string prompts) => Assert.Equal(prompts, string.Join(' ', SpokenWait.Position(position)));

    [Theory]
    [InlineData(0, "wait-below-minute")]
    [InlineData(59, "wait-below-minute")]
    [InlineData(60, "wait number-2 minutes")]
    [InlineData(120, "wait number-2 minutes")]
    [InlineData(121, "wait number-3 minutes")]
    [InlineData(301, "wait number-10 minutes")]
    [InlineData(1800, "wait number-30 minutes")]
    [InlineData(1801, "wait-beyond number-30 minutes")]
    public void A_wait_is_rounded_up(int seconds, string prompts) => Assert.Equal(prompts, string.Join(' ', SpokenWait.Wait(TimeSpan.FromSeconds(seconds))));

    [Fact]
    public void Whatever_is_said_is_among_the_prompts_that_must_be_there()
    {
        var all = SpokenWait.PromptsOf(new AnnounceOptions { Position = true, EstimatedWait = true });
        var positions = SpokenWait.PromptsOf(new AnnounceOptions { Position = true });
        var waits = SpokenWait.PromptsOf(new AnnounceOptions { EstimatedWait = true });
        for (var i = 1; i < 100; i++)
        {
            Assert.Subset(positions.ToHashSet(), SpokenWait.Position(i).ToHashSet());
            Assert.Subset(waits.ToHashSet(), SpokenWait.Wait(TimeSpan.FromSeconds(i * 30)).ToHashSet());
        }

        Assert.Equal(positions.Union(waits), all);
        Assert.Equal(19, all.Count);
        Assert.Empty(SpokenWait.PromptsOf(new AnnounceOptions()));
    }
}
