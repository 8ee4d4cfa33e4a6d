using CallCluster.Media.Codecs;

namespace CallCluster.Media.Tests.Codecs;

/// <summary>ITU-T G.711, held to the reference code of ITU-T G.191.</summary>
public sealed class G711Tests
{
    private static readonly short[] All = [.. Enumerable.Range(short.MinValue, 65536).Select(i => (short)i)];

    [Theory]
    [InlineData(G711Law.Mu)]
    [InlineData(G711Law.A)]
    public void Every_sample_encodes_as_the_reference_does(G711Law law)
    {
        var codes = new byte[All.Length];
        G711.Encode(All, codes, law);
        for (var i = 0; i < All.Length; i++)
        {
            var expected = law == G711Law.Mu ? ReferenceMu(All[i]) : ReferenceA(All[i]);
            Assert.Equal(expected, codes[i]);
            Assert.Equal(expected, G711.Encode(All[i], law));
        }
    }

    [Theory]
    [InlineData(G711Law.Mu)]
    [InlineData(G711Law.A)]
    public void Every_code_survives_decoding_and_encoding(G711Law law)
    {
        for (var code = 0; code < 256; code++)
        {
            var again = G711.Encode(G711.Decode((byte)code, law), law);
            // mu-law has two zeroes.
            Assert.Equal(law == G711Law.Mu && code == 0x7F ? 0xFF : code, again);
        }
    }

    [Theory]
    [InlineData(G711Law.Mu, 0x00, -32124)]
    [InlineData(G711Law.Mu, 0x80, 32124)]
    [InlineData(G711Law.Mu, 0xFF, 0)]
    [InlineData(G711Law.A, 0x2A, -32256)]
    [InlineData(G711Law.A, 0xAA, 32256)]
    [InlineData(G711Law.A, 0xD5, 8)]
    public void Known_codes_decode_to_the_values_of_the_standard(G711Law law, byte code, short expected) => Assert.Equal(expected, G711.Decode(code, law));

    [Theory]
    [InlineData(G711Law.Mu, G711Law.A)]
    [InlineData(G711Law.A, G711Law.Mu)]
    public void Transcoding_is_decoding_and_encoding(G711Law from, G711Law to)
    {
        var codes = Enumerable.Range(0, 256).Select(i => (byte)i).ToArray();
        G711.Transcode(codes, from, to);
        for (var code = 0; code < 256; code++)
            Assert.Equal(G711.Encode(G711.Decode((byte)code, from), to), codes[code]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(161)]
    public void Lengths_that_are_no_multiple_of_a_vector_are_whole(int length)
    {
        var samples = All.AsSpan(30_000, length);
        var codes = new byte[length + 1];
        codes[length] = 0x77;
        G711.Encode(samples, codes, G711Law.Mu);
        Assert.Equal(0x77, codes[length]);
        for (var i = 0; i < length; i++)
            Assert.Equal(G711.Encode(samples[i], G711Law.Mu), codes[i]);
    }

    private static byte ReferenceMu(short sample)
    {
        var magnitude = (sample < 0 ? (~sample >> 2) + 33 : (sample >> 2) + 33);
        if (magnitude > 0x1FFF)
            magnitude = 0x1FFF;
        var segment = 1;
        for (var i = magnitude >> 6; i != 0; i >>= 1)
            segment++;
        var code = ((8 - segment) << 4) | (0x0F - ((magnitude >> segment) & 0x0F));
        return (byte)(sample >= 0 ? code | 0x80 : code);
    }

    private static byte ReferenceA(short sample)
    {
        var magnitude = sample < 0 ? ~sample >> 4 : sample >> 4;
        if (magnitude > 15)
        {
            var segment = 1;
            while (magnitude > 31)
            {
                magnitude >>= 1;
                segment++;
            }
            magnitude = magnitude - 16 + (segment << 4);
        }
        return (byte)((sample >= 0 ? magnitude | 0x80 : magnitude) ^ 0x55);
    }
}
