using System.Runtime.InteropServices;

namespace CallCluster.Media.Tests.Codecs;

/// <summary>The G.722 of libspandsp, which Debian's baresip-core brings (tests/run.sh installs it): a codec that is not ours.</summary>
internal static partial class Spandsp
{
    private const string Library = "libspandsp.so.2";
    private const int BitRate = 64_000;

    public static byte[] Encode(ReadOnlySpan<short> samples, int sampleRate)
    {
        var state = EncodeInit(0, BitRate, Options(sampleRate));
        var codes = new byte[samples.Length];
        return codes[..Encode(state, codes, samples.ToArray(), samples.Length)];
    }

    public static short[] Decode(ReadOnlySpan<byte> codes, int sampleRate)
    {
        var state = DecodeInit(0, BitRate, Options(sampleRate));
        var samples = new short[codes.Length * 2];
        return samples[..Decode(state, samples, codes.ToArray(), codes.Length)];
    }

    private static int Options(int sampleRate) => sampleRate == 8000 ? 1 : 0;

    [LibraryImport(Library, EntryPoint = "g722_encode_init")]
    private static partial nint EncodeInit(nint state, int rate, int options);

    [LibraryImport(Library, EntryPoint = "g722_encode")]
    private static partial int Encode(nint state, [Out] byte[] codes, short[] samples, int count);

    [LibraryImport(Library, EntryPoint = "g722_decode_init")]
    private static partial nint DecodeInit(nint state, int rate, int options);

    [LibraryImport(Library, EntryPoint = "g722_decode")]
    private static partial int Decode(nint state, [Out] short[] samples, byte[] codes, int count);
}
