using System.Runtime.InteropServices;

namespace CallCluster.EndToEnd.Tests.Audio;

/// <summary>Sine tones, at 8 kHz unless said otherwise: made and found again.</summary>
public static class Tone
{
    public const int SampleRate = 8000;

    public static short[] Samples(double hertz, int count, int sampleRate = SampleRate) =>
        [.. Enumerable.Range(0, count).Select(i => (short)(10000 * Math.Sin(2 * Math.PI * hertz * i / sampleRate)))];

    /// <summary>Writes a file of the tone, after two seconds of silence and the tones of the keys when there are any.</summary>
    public static void WriteWav(string path, double hertz, TimeSpan length, int sampleRate = SampleRate, string keys = "")
    {
        short[] dialled = keys.Length == 0 ? [] : [.. new short[2 * sampleRate], .. keys.SelectMany(key => Key(key, sampleRate)), .. new short[sampleRate / 2]];
        var data = MemoryMarshal.AsBytes<short>((short[])[.. dialled, .. Samples(hertz, (int)(length.TotalSeconds * sampleRate), sampleRate)]);
        using var writer = new BinaryWriter(File.Create(path));
        writer.Write("RIFF"u8);
        writer.Write(36 + data.Length);
        writer.Write("WAVEfmt "u8);
        writer.Write(16);
        writer.Write((short)1);
        writer.Write((short)1);
        writer.Write(sampleRate);
        writer.Write(sampleRate * 2);
        writer.Write((short)2);
        writer.Write((short)16);
        writer.Write("data"u8);
        writer.Write(data.Length);
        writer.Write(data);
    }

    /// <summary>A telephone key as ITU-T Q.23 has it: 80 ms of its two tones and 80 ms of silence.</summary>
    private static short[] Key(char key, int sampleRate)
    {
        var (low, high) = Frequencies(key);
        return [.. Enumerable.Range(0, sampleRate * 80 / 1000).Select(i => (short)(5000 * (Math.Sin(2 * Math.PI * low * i / sampleRate) + Math.Sin(2 * Math.PI * high * i / sampleRate)))), .. new short[sampleRate * 80 / 1000]];
    }

    /// <summary>For how long the two tones of the key sound, and nothing else; otherwise as <see cref="Heard"/>.</summary>
    public static TimeSpan HeardKey(ReadOnlySpan<short> samples, char key)
    {
        const int window = SampleRate / 50;
        var (low, high) = Frequencies(key);
        var windows = 0;
        for (var at = 0; at + window <= samples.Length; at += window)
        {
            var here = samples.Slice(at, window);
            var (lowShare, highShare) = (Share(here, (double)low / SampleRate), Share(here, (double)high / SampleRate));
            if (IsLoud(here) && lowShare > 0.25 && highShare > 0.25 && lowShare + highShare > 0.8) windows++;
        }
        return TimeSpan.FromMilliseconds(20 * windows);
    }

    private static (int Low, int High) Frequencies(char key)
    {
        var at = "123A456B789C*0#D".IndexOf(key, StringComparison.Ordinal);
        return (((int[])[697, 770, 852, 941])[at / 4], ((int[])[1209, 1336, 1477, 1633])[at % 4]);
    }

    /// <summary>
    /// For how long the tone sounds, and nothing else: windows of 20 ms of which at least nine tenths of the energy is at this frequency (Goertzel),
    /// at no less than a tenth of the amplitude that <see cref="Samples"/> makes.
    /// </summary>
    public static TimeSpan Heard(ReadOnlySpan<short> samples, double hertz, int sampleRate = SampleRate)
    {
        var window = sampleRate / 50;
        var windows = 0;
        for (var at = 0; at + window <= samples.Length; at += window)
            if (IsLoud(samples.Slice(at, window)) && Share(samples.Slice(at, window), hertz / sampleRate) > 0.9) windows++;
        return TimeSpan.FromMilliseconds(20 * windows);
    }

    /// <summary>In how many of the windows of 20 ms the tone sounds, whatever else does: at no less than a third of the amplitude that <see cref="Samples"/> makes.</summary>
    public static double Presence(ReadOnlySpan<short> samples, double hertz, int sampleRate = SampleRate)
    {
        var window = sampleRate / 50;
        var (heard, all) = (0, 0);
        for (var at = 0; at + window <= samples.Length; at += window, all++)
        {
            var here = samples.Slice(at, window);
            var energy = 0.0;
            foreach (var sample in here) energy += (double)sample * sample;
            if (energy > 0 && Math.Sqrt(2 * energy * Share(here, hertz / sampleRate) / window) > 3333) heard++;
        }
        return (double)heard / Math.Max(1, all);
    }

    private static bool IsLoud(ReadOnlySpan<short> window)
    {
        var energy = 0.0;
        foreach (var sample in window) energy += (double)sample * sample;
        return energy / window.Length > 1000.0 * 1000.0 / 2;
    }

    /// <summary>How much of the energy is at this frequency, in cycles a sample.</summary>
    private static double Share(ReadOnlySpan<short> window, double frequency)
    {
        var coefficient = 2 * Math.Cos(2 * Math.PI * frequency);
        double energy = 0, one = 0, two = 0;
        foreach (var sample in window)
        {
            energy += (double)sample * sample;
            (one, two) = (sample + coefficient * one - two, one);
        }
        return (one * one + two * two - coefficient * one * two) * 2 / window.Length / energy;
    }
}
