using System.Numerics;
using System.Runtime.Intrinsics;

namespace CallCluster.Media.Codecs;

/// <summary>The quantisers of ITU-T G.722 clause 6.2: their decision levels, output codes and inverse tables.</summary>
internal static class G722Quantiser
{
    private const int Levels = 30;

    // Table 14: decision levels of the 60-level quantiser, the last one repeated to fill four vectors.
    private static readonly int[] Q6 =
    [
        0, 35, 72, 110, 150, 190, 233, 276, 323, 370, 422, 473, 530, 587, 650, 714,
        786, 858, 940, 1023, 1121, 1219, 1339, 1458, 1612, 1765, 1980, 2195, 2557, 2919, 2919, 2919,
    ];

    // Table 15: codes of negative and of positive differences.
    private static readonly byte[] NegativeCodes =
        [0, 63, 62, 31, 30, 29, 28, 27, 26, 25, 24, 23, 22, 21, 20, 19, 18, 17, 16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4];

    private static readonly byte[] PositiveCodes =
        [0, 61, 60, 59, 58, 57, 56, 55, 54, 53, 52, 51, 50, 49, 48, 47, 46, 45, 44, 43, 42, 41, 40, 39, 38, 37, 36, 35, 34, 33, 32];

    // Table 17: inverse of the 60-level and of the 15-level quantiser.
    private static readonly short[] Qm6 =
    [
        -136, -136, -136, -136, -24808, -21904, -19008, -16704, -14984, -13512, -12280, -11192, -10232, -9360, -8576, -7856,
        -7192, -6576, -6000, -5456, -4944, -4464, -4008, -3576, -3168, -2776, -2400, -2032, -1688, -1360, -1040, -728,
        24808, 21904, 19008, 16704, 14984, 13512, 12280, 11192, 10232, 9360, 8576, 7856, 7192, 6576, 6000, 5456,
        4944, 4464, 4008, 3576, 3168, 2776, 2400, 2032, 1688, 1360, 1040, 728, 432, 136, -432, -136,
    ];

    private static readonly short[] Qm4 = [0, -20456, -12896, -8968, -6288, -4240, -2584, -1200, 20456, 12896, 8968, 6288, 4240, 2584, 1200, 0];

    // Table 18 by the 4-bit code: RL42 and WL taken together.
    private static readonly short[] LowerLogSteps = [-60, 3042, 1198, 538, 334, 172, 58, -30, 3042, 1198, 538, 334, 172, 58, -30, -60];

    // Table 20 by the 2-bit code: RH2 and WH taken together.
    private static readonly short[] HigherLogSteps = [798, -214, 798, -214];

    private static readonly short[] Qm2 = [-7408, -1616, 7408, 1616];

    /// <summary>QUANTL: the 6-bit code of a difference in the lower band.</summary>
    public static int QuantiseLower(int difference, int scale)
    {
        // The levels rise, so the first that is not reached is found by counting those that are: no branches to mispredict, and the levels wait ready before the difference is known.
        var magnitude = Vector256.Create(difference >= 0 ? difference : ~difference);
        var reached = 0;
        for (var i = 0; i < Q6.Length; i += Vector256<int>.Count)
        {
            var levels = Vector256.Create<int>(Q6.AsSpan(i)) * scale >> 12;
            reached += BitOperations.PopCount(Vector256.GreaterThanOrEqual(magnitude, levels).ExtractMostSignificantBits());
        }
        return (difference < 0 ? NegativeCodes : PositiveCodes)[Math.Min(reached, Levels)];
    }

    /// <summary>QUANTH: the 2-bit code of a difference in the higher band.</summary>
    public static int QuantiseHigher(int difference, int scale)
    {
        var magnitude = difference >= 0 ? difference : ~difference;
        var far = magnitude >= 564 * scale >> 12;
        return difference < 0 ? (far ? 0 : 1) : (far ? 2 : 3);
    }

    /// <summary>INVQBL in mode 1: the difference that a 6-bit code stands for.</summary>
    public static int InverseLower(int code, int scale) => scale * Qm6[code & 63] >> 15;

    /// <summary>INVQAL and the scale's adaptation: the lower band's predictor sees the upper 4 bits only, so that it runs the same at all three bit rates.</summary>
    public static void AdaptLower(G722Band band, int code) => band.Adapt(band.Scale * Qm4[code >> 2 & 15] >> 15, LowerLogSteps[code >> 2 & 15]);

    /// <summary>INVQAH: the difference that a 2-bit code stands for.</summary>
    public static int InverseHigher(int code, int scale) => scale * Qm2[code & 3] >> 15;

    /// <summary>The higher band's adaptation.</summary>
    public static void AdaptHigher(G722Band band, int code) => band.Adapt(InverseHigher(code, band.Scale), HigherLogSteps[code & 3]);
}
