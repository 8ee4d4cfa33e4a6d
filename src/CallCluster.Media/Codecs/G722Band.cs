using System.Runtime.Intrinsics;

namespace CallCluster.Media.Codecs;

/// <summary>
/// One sub-band of ITU-T G.722: the adaptive quantiser's scale and the predictor with two poles and six zeroes, the same in encoder and decoder. Names are the
/// recommendation's (clauses 3.3 to 3.6 and 6.2).
/// </summary>
internal sealed class G722Band
{
    // Clause 6.2.1.3: the antilogarithm's mantissa.
    private static readonly short[] Ilb =
    [
        2048, 2093, 2139, 2186, 2233, 2282, 2332, 2383, 2435, 2489, 2543, 2599, 2656, 2714, 2774, 2834,
        2896, 2960, 3025, 3091, 3158, 3228, 3298, 3371, 3444, 3520, 3597, 3676, 3756, 3838, 3922, 4008,
    ];

    // B and D in the first six of eight lanes; what is in the others of B never counts, as those of D stay 0.
    private Vector256<int> _b;
    private Vector256<int> _d;
    private readonly int _maxLog;
    private readonly int _scaleShift;
    private int _log;
    private int _a1;
    private int _a2;
    private int _r1;
    private int _p1;
    private int _p2;
    private int _zeroPrediction;

    private G722Band(int initialScale, int maxLog, int scaleShift)
    {
        Scale = initialScale;
        _maxLog = maxLog;
        _scaleShift = scaleShift;
    }

    /// <summary>The quantiser's scale, DETL or DETH.</summary>
    public int Scale { get; private set; }

    /// <summary>What the predictor expects of the next sample, SL or SH.</summary>
    public int Prediction { get; private set; }

    /// <summary>The band below 4 kHz.</summary>
    public static G722Band Lower() => new(32, 18432, 8);

    /// <summary>The band above 4 kHz.</summary>
    public static G722Band Higher() => new(8, 22528, 10);

    /// <summary>Takes one quantised difference into scale and predictor.</summary>
    /// <param name="difference">DLT or DHT.</param>
    /// <param name="logStep">WL or WH of its code: how much the scale's logarithm grows.</param>
    public void Adapt(int difference, int logStep)
    {
        // LOGSCL, SCALEL / LOGSCH, SCALEH
        _log = Math.Clamp((_log * 127 >> 7) + logStep, 0, _maxLog);
        var mantissa = Ilb[_log >> 6 & 31];
        var shift = _scaleShift - (_log >> 11);
        Scale = (shift < 0 ? mantissa << -shift : mantissa >> shift) << 2;

        // PARREC, RECONS
        var p0 = Saturate(_zeroPrediction + difference);
        var r0 = Saturate(Prediction + difference);

        AdaptPoles(p0);
        AdaptZeroes(difference);

        // FILTEP, PREDIC
        var poles = (_a1 * Saturate(r0 + r0) >> 15) + (_a2 * Saturate(_r1 + _r1) >> 15);
        _r1 = r0;
        Prediction = Saturate(Saturate(poles) + _zeroPrediction);
    }

    private void AdaptPoles(int p0)
    {
        // UPPOL2
        var sameSign = (p0 ^ _p1) >= 0;
        var fourA1 = Saturate(_a1 << 2);
        var step = Math.Min(sameSign ? -fourA1 : fourA1, short.MaxValue) >> 7;
        step += (p0 ^ _p2) >= 0 ? 128 : -128;
        var a2 = Math.Clamp(step + (_a2 * 32512 >> 15), -12288, 12288);

        // UPPOL1
        var limit = 15360 - a2;
        _a1 = Math.Clamp((_a1 * 32640 >> 15) + (sameSign ? 192 : -192), -limit, limit);
        _a2 = a2;
        _p2 = _p1;
        _p1 = p0;
    }

    // UPZERO, DELAYA and FILTEZ, the six zeroes at once.
    private void AdaptZeroes(int difference)
    {
        var sign = (_d ^ Vector256.Create(difference)) >> 31;
        var step = Vector256.Create(difference == 0 ? 0 : 128);
        _b = (_b * 32640 >> 15) + ((step ^ sign) - sign);
        // An index out of range gives 0.
        _d = Vector256.Shuffle(_d, Vector256.Create(-1, 0, 1, 2, 3, 4, -1, -1)) | Vector256.CreateScalar(difference);
        _zeroPrediction = Saturate(Vector256.Sum(_b * (_d + _d) >> 15));
    }

    private static int Saturate(int value) => Math.Clamp(value, short.MinValue, short.MaxValue);
}
