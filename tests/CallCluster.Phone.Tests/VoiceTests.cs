namespace CallCluster.Phone.Tests;

public sealed class VoiceTests
{
    [Fact]
    public void A_voice_says_the_same_each_time() => Assert.Equal(Voice.Speak(4, TimeSpan.FromSeconds(1)), Voice.Speak(4, TimeSpan.FromSeconds(1)));

    [Fact]
    public void A_voice_is_as_loud_as_speech_and_never_clips()
    {
        for (var voice = 0; voice < 20; voice++)
        {
            var samples = Voice.Speak(voice, TimeSpan.FromSeconds(3));
            Assert.Equal(24_000, samples.Length);
            Assert.InRange(Math.Sqrt(samples.Average(s => (double)s * s)), 1000, 12_000);
            Assert.All(samples, s => Assert.InRange(s, -32_000, 32_000));
        }
    }
}
