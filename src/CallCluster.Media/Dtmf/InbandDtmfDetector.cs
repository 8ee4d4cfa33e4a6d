using System.Runtime.Intrinsics;

namespace CallCluster.Media.Dtmf;

/// <summary>
/// Finds keys in telephone-band audio (ITU-T Q.23 has their frequencies, Q.24 the tolerances): eight Goertzel filters side by side over blocks of 12.75 ms, one each 6.4 ms. Four blocks in
/// a row make a key, so that 40 ms always do and 20 ms never; six without it end one, so that a pause of 40 ms always does and a break of 10 ms never. Nothing here allocates.
/// </summary>
internal sealed class InbandDtmfDetector
{
    private const int Rate = 8000;
    private const int Hop = 51;
    private const int Block = 2 * Hop;
    private const int BlocksToBegin = 4;
    private const int BlocksToEnd = 6;

    // Either tone at least at -30 dBm0, which is an amplitude of 721: Q.24's receivers take keys down to -24 to -29 dBm.
    private const double LeastPower = 721.0 * Block / 2 * (721.0 * Block / 2);

    // The higher tone may be 8 dB weaker than the lower (cables do that), and 4 dB stronger (Q.24's table A-1, AT&T), and 1 dB more for the error of the measurement over all blocks of the
    // key. In one block alone that is up to 4 dB: filters weaken a tone that lies beside them, and the first block may have a part of the tones only.
    private const double NormalTwist = 7.94;
    private const double ReverseTwist = 3.16;
    private const double BlockTwist = 2.5;

    // A tone stands 6 dB above the others of its group.
    private const double Prominence = 4;

    // Share of the block's energy in the two tones; speech has it elsewhere too. In the first block a third of a true tone's may fall outside its filter (at 1.5 % + 2 Hz beside 1633 Hz);
    // in the next ones its frequency is known, and with it what the filter leaves.
    private const double LeastShareAtFirst = 0.65;
    private const double LeastShare = 0.82;

    // Between the 1.5 % + 2 Hz that must be taken and the 3.5 % that must not.
    private const double FrequencyTolerance = 0.025;

    private static readonly double[] Omegas = [.. ((int[])[.. DtmfDigits.Rows, .. DtmfDigits.Columns]).Select(f => 2 * Math.PI * f / Rate)];
    private static readonly Vector256<float> Cosines = Each(Math.Cos);
    private static readonly Vector256<float> Sines = Each(Math.Sin);
    private static readonly Vector256<float> HopCosines = Each(omega => Math.Cos(omega * Hop));
    private static readonly Vector256<float> HopSines = Each(omega => Math.Sin(omega * Hop));

    // What a tone at the frequency of each filter shows in those of the other group, as a share of what it shows in its own.
    private static readonly (Vector256<float> Real, Vector256<float> Imaginary)[] Leaks = [.. Omegas.Select((omega, i) => (Leak(omega, i, Math.Cos), Leak(omega, i, Math.Sin)))];
    private Vector256<float> _one;
    private Vector256<float> _two;
    private float _energy;
    private Vector256<float> _realBefore;
    private Vector256<float> _imaginaryBefore;
    private float _energyBefore;
    private int _filled;
    private int _lastHit = -1;
    private double _rowPhase;
    private double _columnPhase;
    private double _lowTotal;
    private double _highTotal;
    private int _hits;
    private int _misses;
    private int _down = -1;

    /// <summary>Takes samples until a key has begun or all are taken; false in the latter case.</summary>
    /// <param name="samples">8000 Hz; what was taken is cut off.</param>
    /// <param name="digit">One of 0-9 * # A-D.</param>
    public bool TryDetect(ref ReadOnlySpan<short> samples, out char digit)
    {
        digit = '\0';
        while (!samples.IsEmpty)
        {
            var part = samples[..Math.Min(samples.Length, Hop - _filled)];
            samples = samples[part.Length..];
            Filter(part);
            _filled += part.Length;
            if (_filled < Hop)
                return false;
            _filled = 0;
            if (Judge(EndHop(), out digit))
                return true;
        }
        return false;
    }

    private void Filter(ReadOnlySpan<short> samples)
    {
        var (one, two, energy) = (_one, _two, _energy);
        var coefficients = Cosines + Cosines;
        foreach (var sample in samples)
        {
            float x = sample;
            var zero = Vector256.Create(x) + coefficients * one - two;
            two = one;
            one = zero;
            energy += x * x;
        }
        (_one, _two, _energy) = (one, two, energy);
    }

    /// <summary>Joins this half with the one before to a block, and says its key as an index of <see cref="DtmfDigits.KeypadOrder"/>; -1 for none.</summary>
    private int EndHop()
    {
        var real = _one - _two * Cosines;
        var imaginary = _two * Sines;
        var key = Classify(
            _realBefore * HopCosines - _imaginaryBefore * HopSines + real,
            _realBefore * HopSines + _imaginaryBefore * HopCosines + imaginary,
            _energyBefore + _energy);
        (_realBefore, _imaginaryBefore, _energyBefore) = (real, imaginary, _energy);
        _one = _two = default;
        _energy = 0;
        return key;
    }

    private bool Judge(int hit, out char digit)
    {
        digit = '\0';
        _hits = hit < 0 ? 0 : hit == _lastHit ? _hits + 1 : 1;
        _lastHit = hit;
        if (hit >= 0 && hit == _down)
        {
            _misses = 0;
            return false;
        }
        if (_down >= 0 && ++_misses >= BlocksToEnd)
            _down = -1;
        if (_hits < BlocksToBegin || !IsTwistWithin(_lowTotal, _highTotal, error: 1))
            return false;
        _down = hit;
        _misses = 0;
        digit = DtmfDigits.KeypadOrder[hit];
        return true;
    }

    private int Classify(Vector256<float> real, Vector256<float> imaginary, float energy)
    {
        var power = real * real + imaginary * imaginary;
        var (row, column) = (Strongest(power, 0), Strongest(power, 4));
        // The stronger tone would hide the weaker, and look like others of its group.
        var (leakReal, leakImaginary) = LeakOf(row, real[row], imaginary[row]);
        var (moreReal, moreImaginary) = LeakOf(column, real[column], imaginary[column]);
        real -= leakReal + moreReal;
        imaginary -= leakImaginary + moreImaginary;
        power = real * real + imaginary * imaginary;
        var (low, high) = ((double)power[row], (double)power[column]);
        if (low < LeastPower || high < LeastPower || !IsTwistWithin(low, high, BlockTwist))
            return -1;
        for (var i = 0; i < 8; i++)
        {
            if (i != row && i != column && power[i] * Prominence > (i < 4 ? low : high))
                return -1;
        }
        var key = row * 4 + column - 4;
        var share = LeastShareAtFirst;
        var rowAstray = Astray(row, Math.Atan2(imaginary[row], real[row]), ref _rowPhase);
        var columnAstray = Astray(column, Math.Atan2(imaginary[column], real[column]), ref _columnPhase);
        if (key != _lastHit)
        {
            _lowTotal = _highTotal = 0;
        }
        else
        {
            if (!IsWithinTolerance(row, rowAstray) || !IsWithinTolerance(column, columnAstray))
                return -1;
            share = LeastShare;
            low /= Passed(rowAstray);
            high /= Passed(columnAstray);
            _lowTotal += low;
            _highTotal += high;
        }
        // A tone alone has the power (A N / 2)^2 and the energy A^2 N / 2.
        return low + high < share * energy * Block / 2 ? -1 : key;
    }

    /// <summary>
    /// By how much the phase went on since the block before beside what it does at this filter's frequency, in radians: one block alone cannot tell 3.5 % from 1.5 %, since its
    /// filters are 78 Hz wide. Means something only when the block before had the same tone.
    /// </summary>
    private static double Astray(int filter, double phase, ref double before)
    {
        var astray = Math.IEEERemainder(phase - before - Omegas[filter] * Hop, 2 * Math.PI);
        before = phase;
        return astray;
    }

    private static bool IsTwistWithin(double low, double high, double error) => low <= high * NormalTwist * error && high <= low * ReverseTwist * error;

    private static bool IsWithinTolerance(int filter, double astray) => Math.Abs(astray) <= FrequencyTolerance * Omegas[filter] * Hop;

    /// <summary>The share of a tone's power that a filter passes which lies that far beside it.</summary>
    private static double Passed(double astray) => Math.Abs(astray) < 0.01 ? 1 : Math.Pow(Math.Sin(astray) / astray, 2);

    private static int Strongest(Vector256<float> power, int first)
    {
        var best = first;
        for (var i = first + 1; i < first + 4; i++)
        {
            if (power[i] > power[best])
                best = i;
        }
        return best;
    }

    /// <summary>What the filters of the other group show of the tone in this one.</summary>
    private static (Vector256<float> Real, Vector256<float> Imaginary) LeakOf(int filter, float real, float imaginary)
    {
        var leak = Leaks[filter];
        return (leak.Real * real - leak.Imaginary * imaginary, leak.Real * imaginary + leak.Imaginary * real);
    }

    private static Vector256<float> Leak(double source, int filter, Func<double, double> part) =>
        Vector256.Create((float[])[.. Omegas.Select((omega, i) => i < 4 == filter < 4 ? 0 : (float)Enumerable.Range(0, Block).Average(n => part((omega - source) * n)))]);

    private static Vector256<float> Each(Func<double, double> value) => Vector256.Create((float[])[.. Omegas.Select(omega => (float)value(omega))]);
}
