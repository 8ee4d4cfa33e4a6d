using CallCluster.Sip.Authentication;

namespace CallCluster.Sip.Tests.Authentication;

public class DigestHeaderTests
{
    [Fact]
    public void A_challenge_survives_write_and_read()
    {
        var challenge = new DigestChallenge { Realm = "a \"quoted\" realm\\", Nonce = "n", Algorithm = DigestAlgorithm.Sha256, Opaque = "", Stale = true };
        Assert.True(DigestChallenge.TryParse(challenge.ToString(), out var read));
        Assert.Equal(challenge, read);
    }

    [Fact]
    public void The_challenge_of_RFC_3261_20_27_is_read()
    {
        Assert.True(DigestChallenge.TryParse(
            "Digest realm=\"atlanta.com\",\r\n domain=\"sip:boxesbybob.com\", qop=\"auth\", nonce=\"f84f1cec41e6cbe5aea9c8e88d359\", opaque=\"\", stale=FALSE, algorithm=MD5"
                .Replace("\r\n", "", StringComparison.Ordinal),
            out var challenge));
        Assert.Equal(("atlanta.com", "f84f1cec41e6cbe5aea9c8e88d359", DigestAlgorithm.Md5, "", false), (challenge.Realm, challenge.Nonce, challenge.Algorithm, challenge.Opaque, challenge.Stale));
    }

    [Theory]
    [InlineData("Basic realm=\"r\", nonce=\"n\"")]
    [InlineData("Digest realm=\"r\"")]
    [InlineData("Digest nonce=\"n\"")]
    [InlineData("Digest realm=\"r\", nonce=\"n\", algorithm=SHA-512-256")]
    [InlineData("Digest realm=\"r\", nonce=\"n\", algorithm=MD5-sess")]
    [InlineData("Digest realm=\"r\", nonce=\"n\", qop=\"auth-int\"")]
    [InlineData("Digest realm=\"r\", nonce=\"n\", realm=\"other\"")]
    [InlineData("Digest realm=\"r\", nonce=\"n")]
    [InlineData("Digest realm=\"r\" nonce=\"n\"")]
    [InlineData("Digest")]
    [InlineData("")]
    public void A_challenge_that_we_cannot_answer_is_not_read(string value) => Assert.False(DigestChallenge.TryParse(value, out _));

    [Theory]
    [InlineData("username=\"u\", realm=\"r\", nonce=\"n\", uri=\"sip:h\", response=\"x\", qop=auth, cnonce=\"c\", nc=1")]
    [InlineData("username=\"u\", realm=\"r\", nonce=\"n\", uri=\"sip:h\", response=\"x\", qop=auth, cnonce=\"c\", nc=0000000g")]
    [InlineData("username=\"u\", realm=\"r\", nonce=\"n\", uri=\"sip:h\", response=\"x\", qop=auth, cnonce=\"c\", nc=\"       1\"")]
    [InlineData("username=\"u\", realm=\"r\", nonce=\"n\", uri=\"sip:h\", response=\"x\", qop=auth, nc=00000001")]
    [InlineData("username=\"u\", realm=\"r\", nonce=\"n\", uri=\"sip:h\", response=\"x\", nc=00000001")]
    [InlineData("username=\"u\", realm=\"r\", nonce=\"n\", uri=\"sip:h\", response=\"x\", qop=auth-int, cnonce=\"c\", nc=00000001")]
    [InlineData("username=\"u\", realm=\"r\", nonce=\"n\", uri=\"sip:h\"")]
    [InlineData("realm=\"r\", nonce=\"n\", uri=\"sip:h\", response=\"x\"")]
    public void Credentials_that_break_the_grammar_are_not_read(string parameters) => Assert.False(DigestCredentials.TryParse("Digest " + parameters, out _));

    [Fact]
    public void Credentials_survive_write_and_read_and_show_no_hash()
    {
        Assert.True(DigestCredentials.TryParse(
            "Digest username=\"bob\\\"by\", realm=\"r\", nonce=\"n\", uri=\"sip:h\", response=\"beef\", algorithm=SHA-256, opaque=\"o\", qop=auth, cnonce=\"c\", nc=0000000a", out var first));
        Assert.True(DigestCredentials.TryParse(first.ToHeaderValue(), out var second));
        Assert.Equal(("bob\"by", 10u, "beef", DigestAlgorithm.Sha256, "o"), (second.Username, second.NonceCount, second.Response, second.Algorithm, second.Opaque));
        Assert.DoesNotContain("beef", second.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void No_secret_shows_in_any_text()
    {
        const string Password = "s3cret-pa55";
        var secret = new DigestSecret("u", "r", Password);
        foreach (var text in new[] { secret.ToString(), new DigestClient("u", Password).ToString() })
        {
            Assert.DoesNotContain(Password, text, StringComparison.Ordinal);
            Assert.DoesNotContain(secret.Hash(DigestAlgorithm.Md5), text, StringComparison.Ordinal);
        }
    }
}
