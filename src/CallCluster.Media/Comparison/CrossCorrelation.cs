using System.Numerics;

namespace CallCluster.Media.Comparison;

/// <summary>Finds where one signal lies in another, by way of the Fourier transform so that minutes of audio take less than a second.</summary>
internal static class CrossCorrelation
{
    /// <summary>The shift of <paramref name="pattern"/> at which its product with <paramref name="signal"/> is greatest.</summary>
    public static int BestOffset(ReadOnlySpan<short> pattern, ReadOnlySpan<short> signal)
    {
        var size = (int)BitOperations.RoundUpToPowerOf2((uint)(pattern.Length + signal.Length));
        var a = Load(signal, size);
        var b = Load(pattern, size);
        Transform(a, inverse: false);
        Transform(b, inverse: false);
        for (var i = 0; i < size; i++)
            a[i] *= Complex.Conjugate(b[i]);
        Transform(a, inverse: true);
        var best = 0;
        for (var i = 1; i < size; i++)
        {
            if (a[i].Real > a[best].Real)
                best = i;
        }
        // The upper part of the circle holds the negative shifts.
        return best < signal.Length ? best : best - size;
    }

    private static Complex[] Load(ReadOnlySpan<short> samples, int size)
    {
        var result = new Complex[size];
        for (var i = 0; i < samples.Length; i++)
            result[i] = samples[i];
        return result;
    }

    // Cooley and Tukey's radix-2 transform in place; the inverse is not scaled, for only the place of the maximum matters.
    private static void Transform(Complex[] x, bool inverse)
    {
        for (int i = 1, j = 0; i < x.Length; i++)
        {
            var bit = x.Length >> 1;
            for (; (j & bit) != 0; bit >>= 1)
                j ^= bit;
            j ^= bit;
            if (i < j)
                (x[i], x[j]) = (x[j], x[i]);
        }
        for (var length = 2; length <= x.Length; length <<= 1)
        {
            var angle = (inverse ? 2 : -2) * Math.PI / length;
            var half = length / 2;
            var roots = new Complex[half];
            for (var k = 0; k < half; k++)
                roots[k] = Complex.FromPolarCoordinates(1, angle * k);
            for (var start = 0; start < x.Length; start += length)
            {
                for (var k = 0; k < half; k++)
                {
                    var even = x[start + k];
                    var odd = x[start + k + half] * roots[k];
                    x[start + k] = even + odd;
                    x[start + k + half] = even - odd;
                }
            }
        }
    }
}
