using CallCluster.Sip.Authentication;
using CallCluster.Sip.Messages;
using CallCluster.Sip.Uris;

namespace CallCluster.Sip.Tests.Authentication;

public class DigestClientTests
{
    private readonly SipRequest _request = new(SipMethods.Register, SipUri.Parse("sip:r.test"));

    [Fact]
    public void The_strongest_algorithm_is_picked_whatever_its_place()
    {
        Assert.True(new DigestClient("u", "p").TryAnswer(_request, Response(Md5("r", "a"), Sha256("r", "b"), "Digest realm=\"r\", nonce=\"c\", algorithm=SHA-512-256, qop=\"auth\"")));
        Assert.Contains("algorithm=SHA-256", _request["Authorization"], StringComparison.Ordinal);
        Assert.Contains("nonce=\"b\"", _request["Authorization"], StringComparison.Ordinal);
    }

    [Fact]
    public void Another_realm_gets_no_answer()
    {
        Assert.False(new DigestClient("u", "p", "mine").TryAnswer(_request, Response(Sha256("theirs", "n"))));
        Assert.Null(_request["Authorization"]);
    }

    [Fact]
    public void Without_a_given_realm_the_first_one_is_kept()
    {
        var client = new DigestClient("u", "p");
        Assert.True(client.TryAnswer(_request, Response(Md5("first", "n"))));
        var other = new SipRequest(SipMethods.Bye, SipUri.Parse("sip:x.test"));
        Assert.False(client.TryAnswer(other, Response(Md5("second", "n"))));
        Assert.Null(other["Authorization"]);
    }

    [Fact]
    public void A_refused_answer_is_not_repeated()
    {
        var client = new DigestClient("u", "p");
        Assert.True(client.TryAnswer(_request, Response(Sha256("r", "1"))));
        Assert.False(client.TryAnswer(_request, Response(Sha256("r", "2"))));
    }

    [Fact]
    public void A_peer_that_refuses_the_new_password_is_given_the_former_once()
    {
        var client = new DigestClient("u", "new", former: "old");
        Assert.True(client.TryAnswer(_request, Response(Sha256("r", "1"))));
        Assert.True(client.TryAnswer(_request, Response(Sha256("r", "2"))));
        Assert.True(DigestCredentials.TryParse(_request["Authorization"], out var sent));
        Assert.Equal(DigestHash.Response(sent.Algorithm, DigestHash.Secret(sent.Algorithm, "u", "r", "old"), "REGISTER", sent.Uri, "2", sent.NonceCount, sent.ClientNonce), sent.Response);
        Assert.False(client.TryAnswer(_request, Response(Sha256("r", "3"))));
    }

    [Fact]
    public void A_realm_that_is_not_ours_gets_no_answer()
    {
        var client = new DigestClient("u", "p", isOurs: realm => realm == "ours");
        Assert.False(client.TryAnswer(_request, Response(Sha256("theirs", "1"))));
        Assert.True(client.TryAnswer(_request, Response(Sha256("ours", "1"))));
    }

    [Fact]
    public void A_fresh_nonce_called_stale_is_answered_once_more_and_no_more()
    {
        var client = new DigestClient("u", "p");
        Assert.True(client.TryAnswer(_request, Response(Sha256("r", "1"))));
        Assert.True(client.TryAnswer(_request, Response(Sha256("r", "2") + ", stale=true")));
        Assert.False(client.TryAnswer(_request, Response(Sha256("r", "3") + ", stale=true")));
    }

    [Fact]
    public void A_nonce_that_served_before_may_expire_without_a_word()
    {
        var client = new DigestClient("u", "p");
        client.TryAnswer(_request, Response(Sha256("r", "1")));
        var later = new SipRequest(SipMethods.Register, SipUri.Parse("sip:r.test"));
        client.Authorize(later);
        Assert.True(client.TryAnswer(later, Response(Sha256("r", "2"))));
        Assert.Contains("nc=00000001", later["Authorization"], StringComparison.Ordinal);
    }

    [Fact]
    public void Proxy_and_server_credentials_stand_side_by_side()
    {
        var client = new DigestClient("u", "p");
        client.TryAnswer(_request, Response(Sha256("r", "1")));
        var proxy = new SipResponse(407);
        proxy.Headers.Add("Proxy-Authenticate", Sha256("r", "2"));
        Assert.True(client.TryAnswer(_request, proxy));
        Assert.Contains("nonce=\"1\"", _request["Authorization"], StringComparison.Ordinal);
        Assert.Contains("nonce=\"2\"", _request["Proxy-Authorization"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(200)]
    [InlineData(403)]
    public void Other_responses_are_not_answered(int status)
    {
        var response = new SipResponse(status);
        response.Headers.Add("WWW-Authenticate", Md5("r", "n"));
        Assert.False(new DigestClient("u", "p").TryAnswer(_request, response));
    }

    private static string Md5(string realm, string nonce) => $"Digest realm=\"{realm}\", nonce=\"{nonce}\", qop=\"auth\"";

    private static string Sha256(string realm, string nonce) => $"Digest realm=\"{realm}\", nonce=\"{nonce}\", algorithm=SHA-256, qop=\"auth\"";

    private static SipResponse Response(params string[] challenges)
    {
        var response = new SipResponse(401);
        foreach (var challenge in challenges)
            response.Headers.Add("WWW-Authenticate", challenge);
        return response;
    }
}
