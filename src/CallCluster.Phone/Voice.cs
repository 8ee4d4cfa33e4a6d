namespace CallCluster.Phone;

/// <summary>Makes speech-like audio: syllables of gliding pitch with vowel-like formants. Each voice says something of its own, the same each time, and no
/// two stretches of it are alike; so what arrives can be told apart and compared with what was sent.</summary>
public static class Voice
{
    private const int Rate = 8000;
    private const double Loudness = 9000;

    /// <summary>What voice number <paramref name="voice"/> says in <paramref name="duration"/>: 8000 Hz, 16 bit.</summary>
    public static short[] Speak(int voice, TimeSpan duration)
    {
        // Only the seed matters: nothing secret is made here.
#pragma warning disable CA5394
        var random = new Random(7919 * (voice + 1));
        var samples = new short[(int)(duration.TotalSeconds * Rate)];
        for (var start = 0; start < samples.Length;)
        {
            var length = Math.Min(random.Next(Rate / 10, Rate / 4), samples.Length - start);
            Syllable(samples.AsSpan(start, length), 90 + (random.NextDouble() * 130), 90 + (random.NextDouble() * 130),
                300 + (random.NextDouble() * 500), 900 + (random.NextDouble() * 1600), random.NextDouble() * Math.Tau);
            start += length + random.Next(Rate / 100, Rate / 25);
        }
#pragma warning restore CA5394
        return samples;
    }

    /// <summary>Harmonics of a pitch that glides from one frequency to another, weighted by two formants, swelling and fading.</summary>
    private static void Syllable(Span<short> samples, double fromPitch, double toPitch, double formant1, double formant2, double phase)
    {
        for (var i = 0; i < samples.Length; i++)
        {
            var t = (double)i / samples.Length;
            var pitch = fromPitch + ((toPitch - fromPitch) * t);
            phase += Math.Tau * pitch / Rate;
            double sum = 0, weights = 0;
            for (var harmonic = 1; harmonic * pitch < 3400; harmonic++)
            {
                var weight = Resonance(harmonic * pitch, formant1) + (0.6 * Resonance(harmonic * pitch, formant2)) + 0.02;
                sum += weight * Math.Sin(harmonic * phase);
                weights += weight;
            }

            samples[i] = (short)(Loudness * Math.Sqrt(Math.Sin(Math.PI * t)) * sum / Math.Sqrt(weights));
        }
    }

    private static double Resonance(double frequency, double formant)
    {
        var distance = (frequency - formant) / 120;
        return 1 / (1 + (distance * distance));
    }
}
