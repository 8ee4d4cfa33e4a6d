using CallCluster.Contracts.Configuration;
using CallCluster.Edge.Admission;
using CallCluster.Edge.Trunks;
using CallCluster.Sip.Authentication;
using CallCluster.Sip.Messages;
using CallCluster.Sip.Uris;

namespace CallCluster.Edge.Tests.Trunks;

public sealed class TrunkCredentialsTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();
    private readonly TrunkCredentials _credentials = new(new Credentials(TimeProvider.System, TimeSpan.FromMinutes(1)));

    public TrunkCredentialsTests() => File.WriteAllText(_file, "wonderland");

    private TrunkOptions Trunk => new() { Username = "cc", PasswordFile = _file, Proxy = "sip:sbc.example" };

    [Fact]
    public void A_trunk_answers_the_realm_of_its_first_challenge_and_no_other()
    {
        Assert.True(Answers(Trunk, "carrier.example"));
        Assert.True(Answers(Trunk, "carrier.example"));
        Assert.False(Answers(Trunk, "evil.example"));
    }

    [Fact]
    public void A_configured_realm_is_the_only_one()
    {
        Assert.False(Answers(Trunk with { Realm = "carrier.example" }, "evil.example"));
        Assert.True(Answers(Trunk with { Realm = "carrier.example" }, "carrier.example"));
    }

    [Fact]
    public void A_trunk_with_another_proxy_is_another_peer()
    {
        Assert.True(Answers(Trunk, "carrier.example"));
        Assert.True(Answers(Trunk with { Proxy = "sip:new.example" }, "new.example"));
    }

    [Fact]
    public void Without_a_password_nothing_is_answered()
    {
        Assert.Null(_credentials.For("t", new TrunkOptions { Proxy = "sip:sbc.example" }));
        Assert.Null(_credentials.For("t", Trunk with { PasswordFile = "/nowhere" }));
    }

    public void Dispose() => File.Delete(_file);

    private bool Answers(TrunkOptions trunk, string realm)
    {
        var request = new SipRequest(SipMethods.Invite, SipUri.Parse("sip:+15550199@sbc.example"));
        foreach (var (name, value) in (ReadOnlySpan<(string, string)>)[("Via", "SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKx"), ("From", "<sip:a@b>;tag=1"), ("To", "<sip:c@d>"), ("Call-ID", "x"), ("CSeq", "1 INVITE")])
            request.Headers.Add(name, value);
        var response = SipResponse.For(request, 407);
        response.Headers.Add(HeaderNames.ProxyAuthenticate, $"Digest realm=\"{realm}\", nonce=\"n\", algorithm=MD5, qop=\"auth\"");
        return _credentials.For("t", trunk)!.TryAnswer(request, response);
    }
}
