using CallCluster.Media.Comparison;
using CallCluster.Media.Prompts;
using CallCluster.Sip.Sdp;

namespace CallCluster.Phone.Tests;

/// <summary>What is said is what is heard.</summary>
public sealed class AudioTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    [Theory]
    [InlineData("PCMU")]
    [InlineData("PCMA")]
    [InlineData("G722")]
    public async Task Audio_arrives_both_ways(string codec)
    {
        await using var pair = await PhonePair.StartAsync(o => o with { Codecs = [AudioCodec.Find(codec)!] });
        var (calling, called) = await pair.ConnectAsync();
        var fromAlice = Tones.Babble(TimeSpan.FromSeconds(1.5), 1);
        var fromBob = Tones.Babble(TimeSpan.FromSeconds(1.5), 2);
        var speaking = Task.WhenAll(calling.PlayAsync(fromAlice, pair.Limit), called.PlayAsync(fromBob, pair.Limit));
        var heard = await Task.WhenAll(called.HearAsync(fromAlice, Patience, cancellationToken: pair.Limit), calling.HearAsync(fromBob, Patience, cancellationToken: pair.Limit));
        Assert.All(heard, h => Assert.True(h.IsIntact, h.ToString()));
        Assert.All(await speaking, Assert.True);
        Assert.False(AudioComparison.Compare(fromBob, called.Heard.ToArray()).IsIntact);
        Assert.Equal(AudioCodec.Find(codec), calling.Agreed!.Codec);
    }

    [Fact]
    public async Task Silence_is_not_taken_for_speech()
    {
        await using var pair = await PhonePair.StartAsync();
        var (calling, _) = await pair.ConnectAsync();
        var comparison = await calling.HearAsync(Tones.Babble(TimeSpan.FromSeconds(1), 1), TimeSpan.FromMilliseconds(200), cancellationToken: pair.Limit);
        Assert.False(comparison.IsIntact);
    }

    [Fact]
    public async Task Hearing_ends_with_the_call()
    {
        await using var pair = await PhonePair.StartAsync();
        var (calling, called) = await pair.ConnectAsync();
        var hearing = calling.HearAsync(Tones.Babble(TimeSpan.FromSeconds(1), 1), TimeSpan.FromHours(1), cancellationToken: pair.Limit);
        await called.HangUpAsync(pair.Limit);
        Assert.False((await hearing.WaitAsync(pair.Limit)).IsIntact);
    }

    [Fact]
    public async Task Listening_returns_what_was_said_meanwhile()
    {
        await using var pair = await PhonePair.StartAsync();
        var (calling, called) = await pair.ConnectAsync();
        var speech = Tones.Babble(TimeSpan.FromSeconds(1), 3);
        var listening = called.ListenAsync(TimeSpan.FromSeconds(2.5), pair.Limit);
        await calling.PlayAsync(speech, pair.Limit);
        var heard = await listening;
        Assert.True(AudioComparison.Compare(speech, heard).IsIntact);
    }

    [Fact]
    public async Task Digits_arrive_in_order_both_ways()
    {
        await using var pair = await PhonePair.StartAsync(o => o with { TelephoneEventPayloadType = 96 });
        var (calling, called) = await pair.ConnectAsync();
        await calling.SendDigitsAsync("2#", pair.Limit);
        await calling.SendDigitsAsync("0*", pair.Limit);
        Assert.Equal("2#0*", await called.WaitForDigitsAsync(4, pair.Limit));
        await called.SendDigitsAsync("99D", pair.Limit);
        Assert.Equal("99D", await calling.WaitForDigitsAsync(3, pair.Limit));
        Assert.Equal(["2", "#", "0", "*"], called.Timeline.Where(e => e.Kind == PhoneEventKind.Digit).Select(e => e.Detail));
    }

    [Fact]
    public async Task Digits_that_the_peer_does_not_take_are_an_error()
    {
        await using var pair = await PhonePair.StartAsync(bob: o => o with { TelephoneEventPayloadType = null });
        var (calling, _) = await pair.ConnectAsync();
        await Assert.ThrowsAsync<InvalidOperationException>(() => calling.SendDigitsAsync("1", pair.Limit));
    }

    [Fact]
    public async Task Waiting_for_digits_fails_when_the_call_ends()
    {
        await using var pair = await PhonePair.StartAsync();
        var (calling, called) = await pair.ConnectAsync();
        var waiting = called.WaitForDigitsAsync(1, pair.Limit);
        calling.HangUp();
        await Assert.ThrowsAsync<PhoneCallFailedException>(() => waiting);
    }

    [Fact]
    public async Task Playback_that_the_end_of_the_call_cuts_short_says_so()
    {
        await using var pair = await PhonePair.StartAsync();
        var (calling, called) = await pair.ConnectAsync();
        var playing = calling.PlayAsync(Tones.Babble(TimeSpan.FromSeconds(20), 1), pair.Limit);
        await called.HangUpAsync(pair.Limit);
        Assert.False(await playing.WaitAsync(pair.Limit));
    }

    [Fact]
    public async Task Nothing_is_said_on_hold_and_speech_goes_on_after_it()
    {
        await using var pair = await PhonePair.StartAsync();
        var (calling, called) = await pair.ConnectAsync();
        await called.HoldAsync(pair.Limit);
        var lost = Tones.Babble(TimeSpan.FromSeconds(0.5), 1);
        _ = calling.PlayAsync(lost, pair.Limit);
        await called.ListenAsync(TimeSpan.FromSeconds(0.8), pair.Limit);
        await called.ResumeAsync(pair.Limit);
        var kept = Tones.Babble(TimeSpan.FromSeconds(1), 2);
        _ = calling.PlayAsync(kept, pair.Limit);
        Assert.True((await called.HearAsync(kept, Patience, cancellationToken: pair.Limit)).IsIntact);
        Assert.False(AudioComparison.Compare(lost, called.Heard.ToArray()).IsIntact);
    }
}
