namespace CallCluster.Media.Wav;

/// <summary>Changes the sample rate of whole pieces of audio with a windowed sinc. For loading files, not for the packet path.</summary>
public static class Resampler
{
    private const int ZeroCrossings = 16;

    /// <summary>The samples at <paramref name="toRate"/>; the array itself when the rates are equal.</summary>
    public static short[] Resample(short[] samples, int fromRate, int toRate)
    {
        if (fromRate == toRate || samples.Length == 0)
            return samples;
        // Going down, the filter is widened to keep out what the lower rate cannot hold.
        var scale = Math.Min(1.0, (double)toRate / fromRate);
        var reach = ZeroCrossings / scale;
        var result = new short[(int)((long)samples.Length * toRate / fromRate)];
        for (var i = 0; i < result.Length; i++)
        {
            var center = (double)i * fromRate / toRate;
            var first = Math.Max(0, (int)Math.Ceiling(center - reach));
            var last = Math.Min(samples.Length - 1, (int)Math.Floor(center + reach));
            double sum = 0, weight = 0;
            for (var j = first; j <= last; j++)
            {
                var w = Kernel((j - center) * scale);
                sum += w * samples[j];
                weight += w;
            }
            // Dividing by the weight keeps the level right at both ends, where half the filter has no samples.
            result[i] = (short)Math.Clamp(Math.Round(sum / weight), short.MinValue, short.MaxValue);
        }
        return result;
    }

    private static double Kernel(double x)
    {
        var window = 0.5 + 0.5 * Math.Cos(Math.PI * x / ZeroCrossings);
        return x == 0 ? 1 : Math.Sin(Math.PI * x) / (Math.PI * x) * window;
    }
}
