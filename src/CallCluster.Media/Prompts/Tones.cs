namespace CallCluster.Media.Prompts;

/// <summary>Audio generated in code, so that the product is heard without any file.</summary>
public static class Tones
{
    private const int Rate = 8000;
    private static readonly Lazy<Prompt> BeepPrompt = new(() => Prompt.FromPcm("beep", Mix(TimeSpan.FromMilliseconds(440), 0.3, 1000)));
    private static readonly Lazy<Prompt> RingbackPrompt = new(() => Prompt.FromPcm("ringback", [.. Mix(TimeSpan.FromSeconds(2), 0.12, 440, 480), .. Silence(TimeSpan.FromSeconds(4))]));
    private static readonly Lazy<Prompt> HoldPrompt = new(() => Prompt.FromPcm("hold", HoldTune()));

    /// <summary>The tone after which a caller speaks: 440 ms of 1000 Hz.</summary>
    public static Prompt Beep => BeepPrompt.Value;

    /// <summary>One period of the North American ringback: 2 s of 440+480 Hz, 4 s of silence. Play it in a loop.</summary>
    public static Prompt Ringback => RingbackPrompt.Value;

    /// <summary>A gentle tune of 12.8 seconds for those who wait. Play it in a loop.</summary>
    public static Prompt Hold => HoldPrompt.Value;

    /// <summary>Samples of silence.</summary>
    public static short[] Silence(TimeSpan duration) => new short[Samples(duration)];

    /// <summary>The sum of sine tones, each at <paramref name="level"/> of full scale, faded in and out over 5 ms.</summary>
    public static short[] Mix(TimeSpan duration, double level, params ReadOnlySpan<double> frequencies)
    {
        var samples = new short[Samples(duration)];
        for (var i = 0; i < samples.Length; i++)
        {
            var sum = 0.0;
            foreach (var frequency in frequencies)
                sum += Math.Sin(2 * Math.PI * frequency * i / Rate);
            var fade = Math.Min(1, Math.Min(i, samples.Length - 1 - i) / (0.005 * Rate));
            samples[i] = ToSample(sum * level * fade);
        }
        return samples;
    }

    /// <summary>Speech-like sound that no two parts of are alike, the same for the same seed: syllables of gliding pitch with harmonics. For comparing what was sent with what arrived.</summary>
    public static short[] Babble(TimeSpan duration, int seed)
    {
        // Random's sequence for a seed is fixed by its documentation.
#pragma warning disable CA5394
        var random = new Random(seed);
        var samples = new short[Samples(duration)];
        for (var start = 0; start < samples.Length;)
        {
            var length = Math.Min(samples.Length - start, random.Next(Rate / 10, Rate / 4));
            var (pitch, glide, formant) = (random.Next(100, 260), random.Next(-60, 60), random.Next(400, 2400));
            var phase = 0.0;
            for (var i = 0; i < length; i++)
            {
                phase += 2 * Math.PI * (pitch + glide * (double)i / length) / Rate;
                var envelope = Math.Sin(Math.PI * i / length);
                var sum = 0.0;
                for (var harmonic = 1; harmonic * pitch < 3400; harmonic++)
                    sum += Math.Sin(harmonic * phase) * Math.Exp(-Math.Pow((harmonic * pitch - formant) / 500.0, 2));
                samples[start + i] = ToSample(0.08 * envelope * (sum + 0.5 * Math.Sin(phase)));
            }
            start += length;
        }
#pragma warning restore CA5394
        return samples;
    }

    // Four chords of plucked notes, two octaves around middle C; each note fades away as a string does.
    private static short[] HoldTune()
    {
        double[][] chords = [[261.6, 329.6, 392.0, 523.3], [220.0, 261.6, 329.6, 440.0], [174.6, 220.0, 261.6, 349.2], [196.0, 246.9, 293.7, 392.0]];
        const int note = Rate * 4 / 10;
        int[] order = [0, 1, 2, 3, 2, 1, 2, 1];
        var mix = new double[chords.Length * order.Length * note];
        for (var i = 0; i < chords.Length * order.Length; i++)
        {
            var frequency = chords[i / order.Length][order[i % order.Length]];
            // A note sounds on into the next ones, and those at the end into the beginning, so that the loop has no seam.
            for (var j = 0; j < note * 4; j++)
            {
                var t = (double)j / Rate;
                var level = 0.11 * Math.Min(1, j / 80.0) * Math.Exp(-2.5 * t) * Math.Min(1, (note * 4 - j) / 800.0);
                mix[(i * note + j) % mix.Length] += level * (Math.Sin(2 * Math.PI * frequency * t) + 0.3 * Math.Sin(4 * Math.PI * frequency * t));
            }
        }
        return Array.ConvertAll(mix, ToSample);
    }

    private static int Samples(TimeSpan duration) => (int)(duration.TotalSeconds * Rate);

    private static short ToSample(double value) => (short)Math.Clamp(value * short.MaxValue, short.MinValue, short.MaxValue);
}
