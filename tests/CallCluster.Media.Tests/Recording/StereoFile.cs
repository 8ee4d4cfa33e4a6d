using System.Buffers.Binary;
using System.Runtime.InteropServices;
using CallCluster.Media.Codecs;

namespace CallCluster.Media.Tests.Recording;

/// <summary>The two channels of a recorded conversation.</summary>
internal sealed record StereoFile(short[] Left, short[] Right)
{
    public static StereoFile Read(string path)
    {
        var file = File.ReadAllBytes(path);
        Assert.Equal(2, BinaryPrimitives.ReadUInt16LittleEndian(file.AsSpan(22)));
        var isPcm = BinaryPrimitives.ReadUInt16LittleEndian(file.AsSpan(20)) == 1;
        var data = file.AsSpan(isPcm ? 44 : 58);
        Assert.Equal(file.Length - 8, BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(4)));
        Assert.Equal(data.Length, BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan((isPcm ? 44 : 58) - 4)));
        var samples = new short[isPcm ? data.Length / 2 : data.Length];
        if (isPcm)
            MemoryMarshal.Cast<byte, short>(data).CopyTo(samples);
        else
            G711.Decode(data, samples, G711Law.Mu);
        return new StereoFile([.. samples.Where((_, i) => i % 2 == 0)], [.. samples.Where((_, i) => i % 2 == 1)]);
    }

    /// <summary>The amplitude of a tone in a part of a channel.</summary>
    public static double Loudness(ReadOnlySpan<short> samples, double hertz)
    {
        double one = 0, two = 0;
        var coefficient = 2 * Math.Cos(2 * Math.PI * hertz / 8000);
        foreach (var sample in samples)
            (one, two) = (sample + coefficient * one - two, one);
        return Math.Sqrt(one * one + two * two - coefficient * one * two) * 2 / samples.Length;
    }
}
