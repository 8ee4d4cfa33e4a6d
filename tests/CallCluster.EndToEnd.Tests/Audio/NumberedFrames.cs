using CallCluster.Media.Codecs;
using MediaG711 = CallCluster.Media.Codecs.G711;

namespace CallCluster.EndToEnd.Tests.Audio;

/// <summary>Speech of frames of 20 ms that say their number, by two levels of mu-law that survive the codec as they are: which of them have arrived is known, however late a starved machine sent them.</summary>
internal static class NumberedFrames
{
    public const int PerSecond = 50;
    private const int FrameSamples = 160;
    private const int Levels = 100;

    /// <summary>Frames from 0 on, 10,000 at most.</summary>
    public static short[] Speech(int frames)
    {
        var samples = new short[frames * FrameSamples];
        for (var i = 0; i < frames; i++)
        {
            samples.AsSpan(i * FrameSamples, FrameSamples / 2).Fill(Level(i % Levels));
            samples.AsSpan((i * FrameSamples) + (FrameSamples / 2), FrameSamples / 2).Fill(Level(i / Levels));
        }

        return samples;
    }

    /// <summary>The numbers of all frames, whatever silence there is between them.</summary>
    /// <param name="audio">What was kept.</param>
    /// <param name="end">Where the last of them ends, in samples.</param>
    public static int[] Read(ReadOnlySpan<short> audio, out int end)
    {
        var numbers = new List<int>();
        end = 0;
        for (var at = 0; at + FrameSamples <= audio.Length;)
        {
            var number = NumberOf(audio.Slice(at, FrameSamples));
            at += number >= 0 ? FrameSamples : 1;
            if (number < 0) continue;
            numbers.Add(number);
            end = at;
        }

        return [.. numbers];
    }

    private static int NumberOf(ReadOnlySpan<short> frame) => LevelOf(frame[0]) is >= 0 and var low && LevelOf(frame[^1]) is >= 0 and var high ? low + (high * Levels) : -1;

    private static short Level(int level) => MediaG711.Decode((byte)(level + 1), G711Law.Mu);

    private static int LevelOf(short sample) => MediaG711.Encode(sample, G711Law.Mu) is >= 1 and <= Levels and var code ? code - 1 : -1;
}
