using System.Security.Cryptography;
using System.Text;
using CallCluster.Media.Srtp;

namespace CallCluster.Media.Tests.Srtp;

/// <summary>SHA-1 and its HMAC by published vectors, and beside the platform's library.</summary>
public sealed class HmacSha1Tests
{
    [Theory]
    [InlineData("", 1, "DA39A3EE5E6B4B0D3255BFEF95601890AFD80709")]
    [InlineData("abc", 1, "A9993E364706816ABA3E25717850C26C9CD0D89D")]
    [InlineData("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 1, "84983E441C3BD26EBAAE4AA1F95129E5E54670F1")]
    [InlineData("a", 1_000_000, "34AA973CD4C4DAA4F61EEB2BDBAD27316534016F")]
    public void Fips_180_examples(string text, int times, string expected)
    {
        var message = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(text, times)));
        var state = Sha1State.Initial;
        state.AddLast(state.AddBlocks(message), message.Length);
        var hash = new byte[Sha1State.HashLength];
        state.Write(hash);
        Assert.Equal(expected, Convert.ToHexString(hash));
    }

    // Cases 6 and 7 have a key longer than a block, which SRTP never has.
    [Theory]
    [InlineData("0B0B0B0B0B0B0B0B0B0B0B0B0B0B0B0B0B0B0B0B", "4869205468657265", "B617318655057264E28BC0B6FB378C8EF146BE00")]
    [InlineData("4A656665", "7768617420646F2079612077616E7420666F72206E6F7468696E673F", "EFFCDF6AE5EB2FA2D27416D5F184DF9C259A7C79")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "DDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDD", "125D7342B9AC11CD91A39AF48AA17B4F63F175D3")]
    [InlineData("0102030405060708090A0B0C0D0E0F10111213141516171819",
        "CDCDCDCDCDCDCDCDCDCDCDCDCDCDCDCDCDCDCDCDCDCDCDCDCDCDCDCDCDCDCDCDCDCDCDCDCDCDCDCDCDCDCDCDCDCDCDCDCDCD", "4C9007F4026250C6BC8414F9BF50C86C2D7235DA")]
    [InlineData("0C0C0C0C0C0C0C0C0C0C0C0C0C0C0C0C0C0C0C0C", "546573742057697468205472756E636174696F6E", "4C1A03424B55E07FE7F27BE1D58BB9324A9A5A04")]
    public void Rfc_2202_section_3(string key, string message, string expected)
    {
        using var hmac = new HmacSha1(Convert.FromHexString(key));
        Assert.Equal(expected, Hash(hmac, Convert.FromHexString(message)));
        Assert.Equal(expected, Hash(hmac, Convert.FromHexString(message)));
    }

    [Fact]
    public void Every_length_under_any_key_is_as_the_library_has_it()
    {
        const int seed = 20261128;
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        for (var length = 0; length <= 2048; length++)
        {
            var key = new byte[random.Next(Sha1State.BlockLength + 1)];
            var message = new byte[length];
            random.NextBytes(key);
            random.NextBytes(message);
            using var hmac = new HmacSha1(key);
            Assert.Equal(Convert.ToHexString(HMACSHA1.HashData(key, message)), Hash(hmac, message));
        }
    }

    [Fact]
    public void Without_its_key_nothing_is_hashed()
    {
        var hmac = new HmacSha1(new byte[20]);
        hmac.Dispose();
        hmac.Dispose();
        Assert.Throws<ObjectDisposedException>(() => Hash(hmac, new byte[100]));
    }

    private static string Hash(HmacSha1 hmac, byte[] message)
    {
        var hash = new byte[HmacSha1.HashLength];
        hmac.Hash(message, hash);
        return Convert.ToHexString(hash);
    }
}
