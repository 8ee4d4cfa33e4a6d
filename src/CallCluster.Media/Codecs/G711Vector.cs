using System.Runtime.Intrinsics;

namespace CallCluster.Media.Codecs;

/// <summary>The encoders of <see cref="G711"/>, four samples at a time: a float's exponent is the segment, the head of its mantissa the step.</summary>
internal static class G711Vector
{
    /// <summary>Encodes all whole groups of 8 samples; returns how many samples that were.</summary>
    public static int EncodeMu(ReadOnlySpan<short> samples, Span<byte> codes)
    {
        var i = 0;
        for (; i + 8 <= samples.Length; i += 8)
        {
            var (low, high) = Vector128.Widen(Vector128.Create(samples.Slice(i, 8)));
            Store(MuCodes(low), MuCodes(high), codes.Slice(i, 8));
        }
        return i;
    }

    /// <summary>Encodes all whole groups of 8 samples; returns how many samples that were.</summary>
    public static int EncodeA(ReadOnlySpan<short> samples, Span<byte> codes)
    {
        var i = 0;
        for (; i + 8 <= samples.Length; i += 8)
        {
            var (low, high) = Vector128.Widen(Vector128.Create(samples.Slice(i, 8)));
            Store(ACodes(low), ACodes(high), codes.Slice(i, 8));
        }
        return i;
    }

    private static Vector128<int> MuCodes(Vector128<int> sample)
    {
        var negative = sample >> 31;
        var magnitude = Vector128.Min(sample ^ negative, Vector128.Create(32635)) + Vector128.Create(132);
        // 132 has exponent 7, which is segment 0; exponent and the first 4 mantissa bits lie side by side.
        var bits = (Vector128.ConvertToSingle(magnitude).AsInt32() >> 19) - Vector128.Create((127 + 7) << 4);
        return ~(bits | (negative & Vector128.Create(0x80)));
    }

    private static Vector128<int> ACodes(Vector128<int> sample)
    {
        var negative = sample >> 31;
        var magnitude = (sample ^ negative) >> 4;
        var bits = (Vector128.ConvertToSingle(magnitude).AsInt32() >> 19) - Vector128.Create((127 + 3) << 4);
        // The first two segments are linear together: below 16 the magnitude is the code.
        var code = Vector128.ConditionalSelect(Vector128.LessThan(magnitude, Vector128.Create(16)), magnitude, bits);
        return (code | Vector128.AndNot(Vector128.Create(0x80), negative)) ^ Vector128.Create(0x55);
    }

    private static void Store(Vector128<int> low, Vector128<int> high, Span<byte> codes)
    {
        var mask = Vector128.Create(0xFF);
        var words = Vector128.Narrow(low & mask, high & mask).AsUInt16();
        Vector128.Narrow(words, words).GetLower().CopyTo(codes);
    }
}
