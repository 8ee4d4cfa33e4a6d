using CallCluster.Media.Codecs;
using CallCluster.Media.Comparison;
using CallCluster.Media.Prompts;

namespace CallCluster.Media.Tests.Codecs;

/// <summary>ITU-T G.722, bit by bit beside the codec of libspandsp.</summary>
public sealed class G722Tests
{
    private static readonly short[] Speech = Tones.Babble(TimeSpan.FromSeconds(10), seed: 722);

    // Full-scale noise drives predictor and quantiser into all of their limits.
    private static readonly byte[] Noise = Bytes(80_000, seed: 1988);

    [Fact]
    public void Speech_is_encoded_as_the_other_codec_does() => Assert.Equal(Spandsp.Encode(Speech, 8000), Encode(Speech));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Noise_and_steps_are_encoded_as_the_other_codec_does(int seed)
    {
        short[] samples = [.. System.Runtime.InteropServices.MemoryMarshal.Cast<byte, short>(Bytes(40_000, seed)), .. Enumerable.Range(0, 4000).Select(i => i / 100 % 2 == 0 ? short.MinValue : short.MaxValue)];
        Assert.Equal(Spandsp.Encode(samples, 8000), Encode(samples));
    }

    [Fact]
    public void Any_bytes_are_decoded_as_the_other_codec_does() => Assert.Equal(Spandsp.Decode(Noise, 8000), Decode(Noise));

    [Fact]
    public void Wideband_speech_of_the_other_codec_is_decoded_as_that_codec_does_to_8000_hertz()
    {
        var codes = Spandsp.Encode(Speech, 16_000);
        Assert.Equal(Spandsp.Decode(codes, 8000), Decode(codes));
    }

    [Fact]
    public void The_silent_higher_band_of_our_encoder_decodes_to_nothing_above_4000_hertz()
    {
        var wide = Spandsp.Decode(Encode(Speech), 16_000);
        // Between two samples of the lower band alone nothing changes its sign: what is above 4 kHz is the alternating part.
        double low = 0, high = 0;
        for (var i = 2; i + 2 < wide.Length; i++)
        {
            var alternating = (wide[i - 2] - 4.0 * wide[i - 1] + 6.0 * wide[i] - 4.0 * wide[i + 1] + wide[i + 2]) / 16;
            high += alternating * alternating;
            low += (double)wide[i] * wide[i];
        }
        Assert.InRange(high / low, 0, 0.01);
    }

    [Fact]
    public void Speech_survives_encoding_and_decoding_however_the_packets_are_cut()
    {
        var codes = Encode(Speech);
        var decoder = new G722Decoder();
        var samples = new short[codes.Length];
        for (var at = 0; at < codes.Length; at += 80)
            decoder.Decode(codes.AsSpan(at, 80), samples.AsSpan(at));
        Assert.Equal(Decode(codes), samples);
        Assert.True(AudioComparison.Compare(Speech, samples) is { Similarity: > 0.99, Loss: 0 } comparison, $"{AudioComparison.Compare(Speech, samples)}");
    }

    private static byte[] Encode(ReadOnlySpan<short> samples)
    {
        var codes = new byte[samples.Length];
        new G722Encoder().Encode(samples, codes);
        return codes;
    }

    private static short[] Decode(ReadOnlySpan<byte> codes)
    {
        var samples = new short[codes.Length];
        new G722Decoder().Decode(codes, samples);
        return samples;
    }

    private static byte[] Bytes(int count, int seed)
    {
        var bytes = new byte[count];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }
}
