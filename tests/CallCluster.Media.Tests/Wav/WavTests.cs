using System.Buffers.Binary;
using CallCluster.Media.Codecs;
using CallCluster.Media.Comparison;
using CallCluster.Media.Prompts;
using CallCluster.Media.Recording;
using CallCluster.Media.Wav;

namespace CallCluster.Media.Tests.Wav;

public sealed class WavTests
{
    private static readonly short[] Speech = Tones.Babble(TimeSpan.FromSeconds(1), 1);

    /// <summary>A WAV file in memory, with a chunk of odd length before the data as many tools write.</summary>
    private static byte[] File(ushort code, ushort channels, uint rate, ushort bits, byte[] data, uint? declared = null)
    {
        var format = new byte[16];
        BinaryPrimitives.WriteUInt16LittleEndian(format, code);
        BinaryPrimitives.WriteUInt16LittleEndian(format.AsSpan(2), channels);
        BinaryPrimitives.WriteUInt32LittleEndian(format.AsSpan(4), rate);
        BinaryPrimitives.WriteUInt32LittleEndian(format.AsSpan(8), rate * channels * bits / 8);
        BinaryPrimitives.WriteUInt16LittleEndian(format.AsSpan(12), (ushort)(channels * bits / 8));
        BinaryPrimitives.WriteUInt16LittleEndian(format.AsSpan(14), bits);
        return [.. "RIFF"u8, .. BitConverter.GetBytes(1000), .. "WAVE"u8, .. Chunk("fmt "u8, format), .. Chunk("LIST"u8, [1, 2, 3]), .. Chunk("data"u8, data, declared)];
    }

    private static byte[] Chunk(ReadOnlySpan<byte> id, byte[] content, uint? declared = null)
    {
        byte[] chunk = [.. id, .. BitConverter.GetBytes(declared ?? (uint)content.Length), .. content];
        return content.Length % 2 == 0 ? chunk : [.. chunk, 0];
    }

    private static byte[] Bytes(short[] samples) => [.. samples.SelectMany(s => BitConverter.GetBytes(s))];

    private static short[] At(double rate, Func<double, double> wave) => [.. Enumerable.Range(0, (int)rate).Select(i => (short)(8000 * wave(i / rate)))];

    [Fact]
    public void Linear_8000_hz_mono_is_read_sample_by_sample() => Assert.Equal(Speech, WavReader.Read(File(1, 1, 8000, 16, Bytes(Speech))));

    [Theory]
    [InlineData(G711Law.Mu, 7)]
    [InlineData(G711Law.A, 6)]
    public void G711_is_read(G711Law law, ushort code)
    {
        var codes = new byte[Speech.Length];
        G711.Encode(Speech, codes, law);
        var decoded = new short[codes.Length];
        G711.Decode(codes, decoded, law);
        Assert.Equal(decoded, WavReader.Read(File(code, 1, 8000, 8, codes)));
    }

    [Fact]
    public void Stereo_is_mixed_down()
    {
        var stereo = Speech.SelectMany(s => (short[])[s, 0]).ToArray();
        var mono = WavReader.Read(File(1, 2, 8000, 16, Bytes(stereo)));
        Assert.Equal(Speech.Select(s => (short)(s / 2)), mono);
    }

    [Theory]
    [InlineData(16_000)]
    [InlineData(11_025)]
    [InlineData(44_100)]
    [InlineData(48_000)]
    public void Other_rates_are_resampled_without_changing_pitch_or_level(int rate)
    {
        static double Wave(double t) => Math.Sin(2 * Math.PI * 440 * t) * (0.5 + 0.5 * Math.Sin(2 * Math.PI * 3 * t));
        var read = WavReader.Read(File(1, 1, (uint)rate, 16, Bytes(At(rate, Wave))));
        Assert.InRange(read.Length, 7999, 8000);
        var expected = At(8000, Wave);
        for (var i = 100; i < 7900; i++)
            Assert.InRange(read[i] - expected[i], -60, 60);
    }

    [Fact]
    public void What_the_lower_rate_cannot_hold_is_filtered_out()
    {
        var read = WavReader.Read(File(1, 1, 48_000, 16, Bytes(At(48_000, t => Math.Sin(2 * Math.PI * 7000 * t)))));
        Assert.All(read[200..7800], s => Assert.InRange(s, (short)-100, (short)100));
    }

    [Fact]
    public void A_data_chunk_that_claims_more_than_there_is_is_read_as_far_as_it_goes() =>
        Assert.Equal(Speech, WavReader.Read(File(1, 1, 8000, 16, Bytes(Speech), declared: uint.MaxValue)));

    [Fact]
    public void What_cannot_be_read_says_what_can()
    {
        Assert.Contains("RIFF", Assert.Throws<WavFormatException>(() => WavReader.Read("ID3 and so on ..."u8)).Message, StringComparison.Ordinal);
        Assert.Contains("16-bit PCM", Assert.Throws<WavFormatException>(() => WavReader.Read(File(3, 1, 8000, 32, new byte[8]))).Message, StringComparison.Ordinal);
        Assert.Contains("24 bits", Assert.Throws<WavFormatException>(() => WavReader.Read(File(1, 1, 8000, 24, new byte[6]))).Message, StringComparison.Ordinal);
        Assert.Throws<WavFormatException>(() => WavReader.Read(File(1, 0, 8000, 16, new byte[8])));
        Assert.Throws<WavFormatException>(() => WavReader.Read(File(1, 1, 0, 16, new byte[8])));
        Assert.Contains("no data chunk", Assert.Throws<WavFormatException>(() => WavReader.Read("RIFF....WAVE"u8)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Any_bytes_are_read_or_refused()
    {
        const int seed = 12;
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var good = File(1, 2, 16_000, 16, new byte[64]);
        for (var i = 0; i < 20_000; i++)
        {
            var bytes = good.AsSpan(0, random.Next(good.Length + 1)).ToArray();
            for (var j = random.Next(4); j > 0 && bytes.Length > 0; j--)
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            try
            {
                WavReader.Read(bytes);
            }
            catch (WavFormatException)
            {
            }
        }
    }

    [Theory]
    [InlineData(RecordingFormat.Pcm16, 8001)]
    [InlineData(RecordingFormat.G711, 8001)]
    [InlineData(RecordingFormat.G711, 8)]
    public void What_is_written_reads_the_same_and_its_lengths_are_right(RecordingFormat format, int length)
    {
        var path = Path.Combine(Directory.CreateTempSubdirectory("callcluster-wav-").FullName, "a.wav");
        var samples = Tones.Babble(TimeSpan.FromSeconds(2), 3)[..length];
        using (var writer = WavWriter.Create(path, format, G711Law.A))
        {
            writer.Write(samples);
            writer.WriteSilence(5000);
            Assert.Equal(TimeSpan.FromSeconds((length + 5000) / 8000.0), writer.Duration);
        }
        var read = WavReader.ReadFile(path);
        Assert.Equal(length + 5000, read.Length);
        if (format == RecordingFormat.Pcm16)
            Assert.Equal(samples, read[..length]);
        else
            Assert.True(length < 100 || AudioComparison.Compare(samples, read).IsIntact);
        var bytes = System.IO.File.ReadAllBytes(path);
        Assert.Equal(bytes.Length - 8, BitConverter.ToInt32(bytes, 4));
    }
}
