using System.Buffers.Binary;
using CallCluster.Media.Srtp;

namespace CallCluster.Media.Tests.Srtp;

/// <summary>Counter mode by the processor's instructions: by published vectors, and beside the platform's library.</summary>
public sealed class AesCounterTests
{
    private const string Plain = "6BC1BEE22E409F96E93D7E117393172AAE2D8A571E03AC9C9EB76FAC45AF8E51";

    [Theory]
    [InlineData("2B7E151628AED2A6ABF7158809CF4F3C", "874D6191B620E3261BEF6864990DB6CE9806F66B7970FDFF8617187BB9FFFDFF")]
    [InlineData("603DEB1015CA71BE2B73AEF0857D77811F352C073B6108D72D9810A30914DFF4", "601EC313775789A5B7A7F504BBF3D228F443E3CA4D62B59ACA84E990CACAF5C5")]
    public void Nist_SP_800_38A_sections_F_5_1_and_F_5_5(string key, string expected)
    {
        foreach (var aes in Both(Convert.FromHexString(key)))
        {
            var data = Convert.FromHexString(Plain);
            aes.Crypt(data, 0xf0f1_f2f3_f4f5_f6f7, 0xf8f9_fafb_fcfd_feff);
            Assert.Equal(expected, Convert.ToHexString(data));
            aes.Dispose();
        }
    }

    [Fact]
    public void Rfc_3711_appendix_B_2()
    {
        foreach (var aes in Both(SrtpCorpus.Bytes("aes_cm_keystream", "session_key")))
        {
            foreach (var block in SrtpCorpus.Section("aes_cm_keystream").GetProperty("blocks").EnumerateObject())
            {
                var counter = Convert.FromHexString(block.Name);
                var data = new byte[16];
                aes.Crypt(data, BinaryPrimitives.ReadUInt64BigEndian(counter), BinaryPrimitives.ReadUInt64BigEndian(counter.AsSpan(8)));
                Assert.Equal(block.Value.GetString(), Convert.ToHexString(data), ignoreCase: true);
            }
            aes.Dispose();
        }
    }

    [Theory]
    [InlineData(16)]
    [InlineData(32)]
    public void Every_length_under_any_key_is_as_the_library_has_it(int keyLength)
    {
        Assert.SkipUnless(ProcessorAesCounter.IsSupported, "This processor has no AES instructions.");
        const int seed = 20261127;
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        for (var length = 0; length <= 2048; length++)
        {
            var key = new byte[keyLength];
            var data = new byte[length];
            random.NextBytes(key);
            random.NextBytes(data);
            var expected = (byte[])data.Clone();
            var (high, low) = ((ulong)random.NextInt64(long.MinValue, long.MaxValue), (ulong)random.NextInt64(long.MinValue, long.MaxValue));
            using var library = new LibraryAesCounter(key);
            library.Crypt(expected, high, low);
            using var processor = new ProcessorAesCounter(key);
            processor.Crypt(data, high, low);
            Assert.Equal(expected, data);
        }
    }

    [Fact]
    public void Without_its_keys_nothing_is_encrypted()
    {
        Assert.SkipUnless(ProcessorAesCounter.IsSupported, "This processor has no AES instructions.");
        var aes = new ProcessorAesCounter(new byte[16]);
        aes.Dispose();
        aes.Dispose();
        var data = new byte[100];
        Assert.Throws<ObjectDisposedException>(() => aes.Crypt(data, 0, 0));
        Assert.Equal(new byte[100], data);
    }

    private static AesCounter[] Both(byte[] key) => ProcessorAesCounter.IsSupported ? [new ProcessorAesCounter(key), new LibraryAesCounter(key)] : [new LibraryAesCounter(key)];
}
