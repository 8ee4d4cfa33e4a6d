using CallCluster.Media.Codecs;
using CallCluster.Media.Dtmf;

namespace CallCluster.Media.Tests.Dtmf;

/// <summary>ITU-T Q.24 annex A (the tolerances of its table A-1 that most administrations share), each at every alignment of the tones with the detector's blocks.</summary>
public sealed class InbandDtmfTests
{
    private const int Rate = 8000;
    private const string AllKeys = "0123456789*#ABCD";

    [Fact]
    public void Every_key_that_is_made_is_found()
    {
        foreach (var codec in Enum.GetValues<MediaCodec>())
        {
            var sender = new InbandDtmfSender();
            sender.Enqueue(AllKeys + "1122");
            var decoder = new AudioDecoder();
            List<short> audio = [];
            var begun = 0;
            var frame = new byte[160];
            var samples = new short[160];
            while (sender.IsActive)
            {
                begun += sender.Fill(frame, codec);
                decoder.Decode(frame, samples, codec);
                audio.AddRange(samples);
            }
            Assert.Equal(20, begun);
            Assert.Equal(AllKeys + "1122", Detect([.. audio, .. new short[800]]));
        }
    }

    [Fact]
    public void What_does_not_fit_the_queue_is_dropped_and_said()
    {
        var sender = new InbandDtmfSender();
        Assert.Equal(8, sender.Enqueue(new string('1', 40)));
        Assert.Equal(1, sender.Enqueue("2"));
    }

    [Fact]
    public void Tones_of_40_ms_with_pauses_of_40_ms_are_taken() =>
        AtEveryAlignment(start => Assert.Equal("4455", Detect(Keys("4455", start, toneMs: 40, pauseMs: 40))));

    [Fact]
    public void Tones_of_20_ms_are_not() => AtEveryAlignment(start => Assert.Equal("", Detect(Keys("159D", start, toneMs: 20, pauseMs: 60))));

    [Fact]
    public void A_break_of_10_ms_does_not_make_two_keys_of_one() => AtEveryAlignment(start => Assert.Equal("8", Detect([.. Keys("8", start, 60, 10), .. Key('8', 60)])));

    [Theory]
    [InlineData(1.0)]
    [InlineData(-1.0)]
    public void One_and_a_half_percent_and_2_Hz_beside_are_taken(double side)
    {
        foreach (var key in AllKeys)
            AtEveryAlignment(start => Assert.Equal($"{key}", Detect([.. new short[start], .. Key(key, 60, off: f => f + side * (f * 0.015 + 2))])));
    }

    [Theory]
    [InlineData(1.0)]
    [InlineData(-1.0)]
    public void Three_and_a_half_percent_beside_is_not_taken(double side)
    {
        foreach (var key in AllKeys)
            AtEveryAlignment(start => Assert.Equal("", Detect([.. new short[start], .. Key(key, 100, off: f => f * (1 + side * 0.035))])));
    }

    [Theory]
    [InlineData(8, true)]
    [InlineData(-4, true)]
    [InlineData(10, false)]
    [InlineData(-6, false)]
    [InlineData(18, false)]
    [InlineData(-14, false)]
    public void The_lower_tone_may_be_8_dB_stronger_and_4_dB_weaker(double twist, bool taken)
    {
        foreach (var key in AllKeys)
        {
            // At its frequencies, and as far beside them as has to be taken.
            foreach (var off in (Func<double, double>[])[f => f, f => f * 1.015 + 2, f => f * 0.985 - 2])
                AtEveryAlignment(start => Assert.Equal(taken ? $"{key}" : "", Detect([.. new short[start], .. Key(key, 60, -10 + Math.Min(0, twist), -10 - Math.Max(0, twist), off)])));
        }
    }

    [Theory]
    [InlineData(-3, true)]
    [InlineData(-24, true)]
    [InlineData(-40, false)]
    public void Level_decides(double dbm0, bool taken)
    {
        foreach (var key in AllKeys)
            Assert.Equal(taken ? $"{key}" : "", Detect(Key(key, 60, dbm0, dbm0)));
    }

    [Fact]
    public void Noise_15_dB_below_the_tones_hides_none()
    {
        const int seed = 24;
        var random = new Random(seed);
        var audio = string.Concat(Enumerable.Repeat(AllKeys, 25));
        var samples = Keys(audio, 0, toneMs: 50, pauseMs: 50);
        var amplitude = Amplitude(-10) * Math.Pow(10, -15 / 20.0) * Math.Sqrt(6);
        for (var i = 0; i < samples.Length; i++)
            samples[i] = (short)Math.Clamp(samples[i] + (random.NextDouble() * 2 - 1) * amplitude, short.MinValue, short.MaxValue);
        Assert.Equal(audio, Detect(samples));
    }

    [Fact]
    public void Dial_tone_single_tones_and_noise_are_no_keys()
    {
        var random = new Random(5);
        short[] noise = [.. Enumerable.Range(0, 60 * Rate).Select(_ => (short)random.Next(-20_000, 20_000))];
        Assert.Equal("", Detect(noise));
        Assert.Equal("", Detect(Tone(350, 440, 2000, Amplitude(-10), Amplitude(-10))));
        foreach (var frequency in (double[])[.. DtmfDigits.Rows, .. DtmfDigits.Columns])
            Assert.Equal("", Detect(Tone(frequency, frequency, 500, Amplitude(-10), 0)));
    }

    private static void AtEveryAlignment(Action<int> check)
    {
        for (var start = 0; start < 102; start += 3)
            check(start);
    }

    /// <summary>What is found in the audio, fed in packets of an odd length and followed by silence.</summary>
    internal static string Detect(ReadOnlySpan<short> audio)
    {
        var detector = new InbandDtmfDetector();
        var found = "";
        short[] all = [.. audio, .. new short[400]];
        for (var at = 0; at < all.Length; at += 151)
        {
            ReadOnlySpan<short> packet = all.AsSpan(at, Math.Min(151, all.Length - at));
            while (detector.TryDetect(ref packet, out var digit))
                found += digit;
        }
        return found;
    }

    private static short[] Keys(string keys, int start, int toneMs, int pauseMs) =>
        [.. new short[start], .. keys.SelectMany(key => (short[])[.. Key(key, toneMs), .. new short[pauseMs * Rate / 1000]])];

    private static short[] Key(char key, int milliseconds, double lowDbm0 = -10, double highDbm0 = -10, Func<double, double>? off = null)
    {
        var (low, high) = DtmfDigits.FrequenciesOf((byte)DtmfDigits.CodeOf(key));
        return Tone(off?.Invoke(low) ?? low, off?.Invoke(high) ?? high, milliseconds, Amplitude(lowDbm0), Amplitude(highDbm0));
    }

    private static short[] Tone(double low, double high, int milliseconds, double lowAmplitude, double highAmplitude) =>
        [.. Enumerable.Range(0, milliseconds * Rate / 1000).Select(i => (short)Math.Clamp(
            lowAmplitude * Math.Sin(2 * Math.PI * low * i / Rate) + highAmplitude * Math.Sin(2 * Math.PI * high * i / Rate + 1), short.MinValue, short.MaxValue))];

    // A sine of full scale is +3.14 dBm0 (ITU-T G.711 table 5, mu-law).
    private static double Amplitude(double dbm0) => 32_768 * Math.Pow(10, (dbm0 - 3.14) / 20);
}
