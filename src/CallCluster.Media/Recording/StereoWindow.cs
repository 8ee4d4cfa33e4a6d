using CallCluster.Media.Wav;

namespace CallCluster.Media.Recording;

/// <summary>The last second of two channels on one clock, where each puts its samples in its own time. What nobody puts is silence.</summary>
internal sealed class StereoWindow
{
    /// <summary>Samples of each channel that it holds.</summary>
    public const int Capacity = 8192;

    private readonly short[] _samples = new short[Capacity * 2];

    /// <summary>The first place that has not been written.</summary>
    public long Start { get; private set; }

    /// <summary>Puts samples at their place, over what is there; those whose place has been written are lost.</summary>
    /// <param name="channel">0 is left.</param>
    /// <param name="place">Of the first sample; the last must lie within <see cref="Capacity"/> from <see cref="Start"/>.</param>
    /// <param name="samples">The samples.</param>
    public void Put(int channel, long place, ReadOnlySpan<short> samples)
    {
        for (var i = (int)Math.Max(0, Start - place); i < samples.Length; i++)
            _samples[(place + i) % Capacity * 2 + channel] = samples[i];
    }

    /// <summary>Writes everything before a place.</summary>
    public void WriteUntil(long place, WavWriter file)
    {
        while (Start < place)
        {
            var from = (int)(Start % Capacity);
            var count = (int)Math.Min(place - Start, Capacity - from);
            var part = _samples.AsSpan(from * 2, count * 2);
            file.Write(part);
            part.Clear();
            Start += count;
        }
    }
}
