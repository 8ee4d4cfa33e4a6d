using CallCluster.Media.Codecs;
using CallCluster.Media.Comparison;
using CallCluster.Media.Prompts;

namespace CallCluster.Media.Tests.Comparison;

public sealed class AudioComparisonTests
{
    private static readonly short[] Sent = Tones.Babble(TimeSpan.FromSeconds(3), 7);

    private static short[] ThroughG711(short[] samples, params G711Law[] laws)
    {
        foreach (var law in laws)
            samples = [.. samples.Select(s => G711.Decode(G711.Encode(s, law), law))];
        return samples;
    }

    [Fact]
    public void Speech_that_went_through_both_laws_is_intact_wherever_it_lies()
    {
        short[] received = [.. new short[1234], .. ThroughG711(Sent, G711Law.Mu, G711Law.A), .. new short[900]];
        var result = AudioComparison.Compare(Sent, received);
        Assert.Equal(1234, result.OffsetSamples);
        Assert.InRange(result.Similarity, 0.99, 1.0);
        Assert.Equal(0, result.Loss);
        Assert.True(result.IsIntact);
    }

    [Fact]
    public void Speech_of_another_is_not_it()
    {
        var result = AudioComparison.Compare(Sent, Tones.Babble(TimeSpan.FromSeconds(3), 8));
        Assert.False(result.IsIntact);
        Assert.True(result.Similarity < 0.5 && result.Loss > 0.5, result.ToString());
    }

    [Fact]
    public void Lost_frames_are_counted()
    {
        var received = Sent.ToArray();
        for (var i = 0; i < received.Length; i += 1600)
            received.AsSpan(i, 160).Clear();
        var result = AudioComparison.Compare(Sent, received);
        Assert.InRange(result.Loss, 0.07, 0.13);
        Assert.False(result.IsIntact);
    }

    [Fact]
    public void A_missing_beginning_is_loss_and_a_negative_offset()
    {
        var result = AudioComparison.Compare(Sent, Sent.AsSpan(8000));
        Assert.Equal(-8000, result.OffsetSamples);
        Assert.InRange(result.Loss, 0.28, 0.38);
    }

    [Fact]
    public void Garbled_order_is_not_intact()
    {
        var received = Sent.ToArray();
        for (var i = 0; i + 320 <= received.Length; i += 320)
        {
            Sent.AsSpan(i, 160).CopyTo(received.AsSpan(i + 160));
            Sent.AsSpan(i + 160, 160).CopyTo(received.AsSpan(i));
        }
        Assert.False(AudioComparison.Compare(Sent, received).IsIntact);
    }

    [Fact]
    public void The_wrong_law_is_not_intact()
    {
        short[] received = [.. Sent.Select(s => G711.Decode(G711.Encode(s, G711Law.Mu), G711Law.A))];
        Assert.False(AudioComparison.Compare(Sent, received).IsIntact);
    }

    [Fact]
    public void A_third_of_the_level_is_not_intact() =>
        Assert.False(AudioComparison.Compare(Sent, [.. Sent.Select(s => (short)(s / 3))]).IsIntact);

    [Fact]
    public void Nothing_received_is_all_lost()
    {
        Assert.Equal(1, AudioComparison.Compare(Sent, []).Loss);
        Assert.Equal(1, AudioComparison.Compare(Sent, new short[24_000]).Loss);
    }
}
