using System.Runtime.InteropServices;

namespace CallCluster.EndToEnd.Tests.Audio;

/// <summary>Sine tones at 8 kHz: made and found again.</summary>
public static class Tone
{
    public const int SampleRate = 8000;

    public static short[] Samples(double hertz, int count) =>
        [.. Enumerable.Range(0, count).Select(i => (short)(10000 * Math.Sin(2 * Math.PI * hertz * i / SampleRate)))];

    public static void WriteWav(string path, double hertz, TimeSpan length)
    {
        var data = MemoryMarshal.AsBytes<short>(Samples(hertz, (int)(length.TotalSeconds * SampleRate)));
        using var writer = new BinaryWriter(File.Create(path));
        writer.Write("RIFF"u8);
        writer.Write(36 + data.Length);
        writer.Write("WAVEfmt "u8);
        writer.Write(16);
        writer.Write((short)1);
        writer.Write((short)1);
        writer.Write(SampleRate);
        writer.Write(SampleRate * 2);
        writer.Write((short)2);
        writer.Write((short)16);
        writer.Write("data"u8);
        writer.Write(data.Length);
        writer.Write(data);
    }

    /// <summary>
    /// For how long the tone sounds, and nothing else: windows of 20 ms of which at least nine tenths of the energy is at this frequency (Goertzel),
    /// at no less than a tenth of the amplitude that <see cref="Samples"/> makes.
    /// </summary>
    public static TimeSpan Heard(ReadOnlySpan<short> samples, double hertz)
    {
        const int window = SampleRate / 50;
        var windows = 0;
        for (var at = 0; at + window <= samples.Length; at += window)
            if (Sounds(samples.Slice(at, window), hertz)) windows++;
        return TimeSpan.FromMilliseconds(20 * windows);
    }

    private static bool Sounds(ReadOnlySpan<short> window, double hertz)
    {
        var coefficient = 2 * Math.Cos(2 * Math.PI * hertz / SampleRate);
        double energy = 0, one = 0, two = 0;
        foreach (var sample in window)
        {
            energy += (double)sample * sample;
            (one, two) = (sample + coefficient * one - two, one);
        }
        var power = (one * one + two * two - coefficient * one * two) * 2 / window.Length;
        return energy / window.Length > 1000.0 * 1000.0 / 2 && power > 0.9 * energy;
    }
}
