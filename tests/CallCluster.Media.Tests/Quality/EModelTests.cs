using CallCluster.Media.Quality;
using CallCluster.Media.Rtp;

namespace CallCluster.Media.Tests.Quality;

/// <summary>ITU-T G.107.</summary>
public sealed class EModelTests
{
    // Annex B, table B.1.
    [Theory]
    [InlineData(93.2, 4.41)]
    [InlineData(90, 4.34)]
    [InlineData(80, 4.03)]
    [InlineData(70, 3.60)]
    [InlineData(60, 3.10)]
    [InlineData(50, 2.58)]
    [InlineData(0, 1)]
    public void A_rating_stands_for_the_score_of_the_standard(double rating, double score) => Assert.Equal(score, EModel.MeanOpinionScore(rating), 0.0065);

    [Theory]
    [InlineData(0, 0, 93.2)]
    [InlineData(0, 100, 93.2)]
    [InlineData(0, 400, 69.1)]
    [InlineData(0.02, 0, 86.2)]
    [InlineData(0.251, 50, 45.7)]
    [InlineData(1, 2000, 0)]
    public void Loss_and_delay_lower_the_rating(double loss, int delay, double rating) => Assert.Equal(rating, EModel.Rating(loss, TimeSpan.FromMilliseconds(delay)), 0.06);

    [Fact]
    public void A_streams_figures_are_rated_both_ways()
    {
        var good = new RtpStreamStatistics { PacketsReceived = 1000, PacketsSent = 1000, RemotePacketsLost = 0, RemoteJitterMilliseconds = 2, RoundTripMilliseconds = 40 };
        Assert.Equal((4.41, 4.41), (Math.Round(good.ReceivedMos!.Value, 2), Math.Round(good.SentMos!.Value, 2)));
        var lossy = good with { PacketsReceived = 950, PacketsLost = 50, RemotePacketsLost = 100 };
        Assert.Equal((0.05, 0.1), (lossy.ReceivedLoss, lossy.SentLoss!.Value));
        Assert.True(lossy.SentMos < lossy.ReceivedMos && lossy.ReceivedMos < 4.1, $"{lossy.SentMos} {lossy.ReceivedMos}");
        Assert.True((good with { RoundTripMilliseconds = 900 }).ReceivedMos < 3.7);
    }

    [Fact]
    public void What_was_never_heard_or_reported_has_no_score()
    {
        Assert.Null(default(RtpStreamStatistics).ReceivedMos);
        Assert.Null(new RtpStreamStatistics { PacketsSent = 5 }.SentMos);
    }
}
