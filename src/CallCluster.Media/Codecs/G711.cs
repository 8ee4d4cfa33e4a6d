using System.Runtime.Intrinsics;

namespace CallCluster.Media.Codecs;

/// <summary>ITU-T G.711: companding between 16-bit linear samples and 8-bit codes, 8000 a second. Nothing here allocates.</summary>
public static class G711
{
    private static readonly short[] MuToLinear = BuildDecoder(DecodeMu);
    private static readonly short[] AToLinear = BuildDecoder(DecodeA);
    private static readonly byte[] MuToA = BuildTranscoder(MuToLinear, EncodeA);
    private static readonly byte[] AToMu = BuildTranscoder(AToLinear, EncodeMu);

    /// <summary>The code of silence: the one that decodes nearest to zero.</summary>
    public static byte Silence(G711Law law) => law == G711Law.Mu ? (byte)0xFF : (byte)0xD5;

    /// <summary>Decodes one code.</summary>
    public static short Decode(byte code, G711Law law) => (law == G711Law.Mu ? MuToLinear : AToLinear)[code];

    /// <summary>Encodes one sample.</summary>
    public static byte Encode(short sample, G711Law law) => law == G711Law.Mu ? EncodeMu(sample) : EncodeA(sample);

    /// <summary>Decodes <paramref name="codes"/> into the front of <paramref name="samples"/>, which must be at least as long.</summary>
    public static void Decode(ReadOnlySpan<byte> codes, Span<short> samples, G711Law law)
    {
        samples = samples[..codes.Length];
        ReadOnlySpan<short> table = law == G711Law.Mu ? MuToLinear : AToLinear;
        for (var i = 0; i < codes.Length; i++)
            samples[i] = table[codes[i]];
    }

    /// <summary>Encodes <paramref name="samples"/> into the front of <paramref name="codes"/>, which must be at least as long.</summary>
    public static void Encode(ReadOnlySpan<short> samples, Span<byte> codes, G711Law law)
    {
        codes = codes[..samples.Length];
        var i = 0;
        if (Vector128.IsHardwareAccelerated)
            i = law == G711Law.Mu ? G711Vector.EncodeMu(samples, codes) : G711Vector.EncodeA(samples, codes);
        for (; i < samples.Length; i++)
            codes[i] = Encode(samples[i], law);
    }

    /// <summary>Changes codes of one law into codes of the other, in place.</summary>
    public static void Transcode(Span<byte> codes, G711Law from, G711Law to)
    {
        if (from == to)
            return;
        ReadOnlySpan<byte> table = from == G711Law.Mu ? MuToA : AToMu;
        for (var i = 0; i < codes.Length; i++)
            codes[i] = table[codes[i]];
    }

    /// <summary>G.711 table 2: sign, 3-bit segment, 4-bit step of the 14-bit magnitude biased by 33, all bits inverted.</summary>
    internal static byte EncodeMu(short sample)
    {
        var sign = sample < 0 ? 0x80 : 0;
        // Taken at 16-bit scale the bias is 132 and the clipping level 32635; negative values are one's complement, as in ITU-T G.191.
        var magnitude = Math.Min(sample < 0 ? ~sample : sample, 32635) + 132;
        var segment = 24 - System.Numerics.BitOperations.LeadingZeroCount((uint)magnitude);
        return (byte)~(sign | (segment << 4) | ((magnitude >> (segment + 3)) & 0x0F));
    }

    /// <summary>G.711 table 1: sign, 3-bit segment, 4-bit step of the 13-bit magnitude, even bits inverted.</summary>
    internal static byte EncodeA(short sample)
    {
        // Negative values are taken as one's complement, so that -1 is the first negative step.
        var sign = sample < 0 ? 0 : 0x80;
        var magnitude = (sample < 0 ? ~sample : sample) >> 4;
        var segment = magnitude < 32 ? magnitude >> 4 : 28 - System.Numerics.BitOperations.LeadingZeroCount((uint)magnitude);
        var step = (segment < 2 ? magnitude : magnitude >> (segment - 1)) & 0x0F;
        return (byte)((sign | (segment << 4) | step) ^ 0x55);
    }

    private static short DecodeMu(byte code)
    {
        var bits = ~code & 0xFF;
        var magnitude = ((((bits & 0x0F) << 3) + 132) << ((bits >> 4) & 7)) - 132;
        return (short)((bits & 0x80) != 0 ? -magnitude : magnitude);
    }

    private static short DecodeA(byte code)
    {
        var bits = code ^ 0x55;
        var segment = (bits >> 4) & 7;
        var magnitude = ((bits & 0x0F) << 4) + 8;
        if (segment > 0)
            magnitude = (magnitude + 0x100) << (segment - 1);
        return (short)((bits & 0x80) != 0 ? magnitude : -magnitude);
    }

    private static short[] BuildDecoder(Func<byte, short> decode)
    {
        var table = new short[256];
        for (var i = 0; i < 256; i++)
            table[i] = decode((byte)i);
        return table;
    }

    private static byte[] BuildTranscoder(short[] linear, Func<short, byte> encode)
    {
        var table = new byte[256];
        for (var i = 0; i < 256; i++)
            table[i] = encode(linear[i]);
        return table;
    }
}
