using CallCluster.Sip.Authentication;
using CallCluster.Sip.Messages;
using CallCluster.Sip.Uris;
using Microsoft.Extensions.Time.Testing;

namespace CallCluster.Sip.Tests.Authentication;

public class DigestVerifierTests
{
    private const string Realm = "callcluster.test";
    private static readonly byte[] Key = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];

    private readonly FakeTimeProvider _time = new();
    private readonly DigestVerifier _verifier;

    public DigestVerifierTests() => _verifier = new DigestVerifier(Realm, Key, _time);

    [Theory]
    [InlineData(401)]
    [InlineData(407)]
    public void A_client_that_knows_the_password_is_accepted(int status)
    {
        var client = new DigestClient("alice", "wonderland", Realm);
        var request = Register();
        Assert.True(client.TryAnswer(request, Challenge(request, status)));
        Assert.Equal(new DigestVerification(DigestVerdict.Accepted, "alice"), _verifier.Verify(request, Find, asProxy: status == 407));
    }

    [Fact]
    public void Both_algorithms_are_offered_strongest_first_and_MD5_is_enough()
    {
        var request = Register();
        var response = Challenge(request);
        Assert.Equal(["SHA-256", "MD5"], response.GetHeaders("WWW-Authenticate").Select(value => value.Contains("SHA-256", StringComparison.Ordinal) ? "SHA-256" : "MD5"));
        var weak = SipResponse.For(request, 401);
        weak.Headers.Add("WWW-Authenticate", response.GetHeaders("WWW-Authenticate")[1]);
        Assert.True(new DigestClient("alice", "wonderland").TryAnswer(request, weak));
        Assert.Contains("algorithm=MD5", request["Authorization"], StringComparison.Ordinal);
        Assert.Equal(DigestVerdict.Accepted, _verifier.Verify(request, Find).Verdict);
    }

    [Fact]
    public void An_algorithm_that_is_not_asked_for_is_not_taken()
    {
        var md5Only = new DigestVerifier(Realm, Key, _time, algorithms: [DigestAlgorithm.Md5]);
        var request = Register();
        Assert.Contains("MD5", Assert.Single(ChallengeBy(md5Only, request).GetHeaders("WWW-Authenticate")), StringComparison.Ordinal);
        new DigestClient("alice", "wonderland").TryAnswer(request, Challenge(request));
        Assert.Equal(DigestVerdict.NoCredentials, md5Only.Verify(request, Find).Verdict);
    }

    [Fact]
    public void No_credentials_foreign_realm_and_unknown_scheme_are_challenged()
    {
        Assert.Equal(new DigestVerification(DigestVerdict.NoCredentials, null), _verifier.Verify(Register(), Find));
        var unknown = Register();
        unknown.Headers.Add("Authorization", "NoOneKnowsThisScheme opaque-data=here");
        Assert.Equal(DigestVerdict.NoCredentials, _verifier.Verify(unknown, Find).Verdict);
        var foreign = Register();
        new DigestClient("alice", "wonderland").TryAnswer(foreign, ChallengeBy(new DigestVerifier("elsewhere", Key, _time), foreign));
        Assert.Equal(DigestVerdict.NoCredentials, _verifier.Verify(foreign, Find).Verdict);
    }

    [Fact]
    public void Credentials_without_qop_are_challenged_for_they_could_be_replayed()
    {
        var request = Register();
        var response = SipResponse.For(request, 401);
        response.Headers.Add("WWW-Authenticate", Challenge(request)["WWW-Authenticate"]!.Replace(", qop=\"auth\"", "", StringComparison.Ordinal));
        Assert.True(new DigestClient("alice", "wonderland").TryAnswer(request, response));
        Assert.Equal(DigestVerdict.NoCredentials, _verifier.Verify(request, Find).Verdict);
    }

    [Theory]
    [InlineData("alice", "wrong")]
    [InlineData("mallory", "wonderland")]
    public void Wrong_password_and_unknown_user_are_refused_alike(string user, string password)
    {
        var request = Register();
        new DigestClient(user, password).TryAnswer(request, Challenge(request));
        Assert.Equal(new DigestVerification(DigestVerdict.Refused, user), _verifier.Verify(request, Find));
    }

    [Fact]
    public void A_method_or_target_other_than_the_hashed_one_is_refused()
    {
        var register = Register();
        new DigestClient("alice", "wonderland").TryAnswer(register, Challenge(register));
        var invite = Request("INVITE", "sip:callcluster.test");
        invite.Headers.CopyFrom(register.Headers, "Authorization");
        Assert.Equal(DigestVerdict.Refused, _verifier.Verify(invite, Find).Verdict);
        var elsewhere = Request("REGISTER", "sip:other.test");
        elsewhere.Headers.CopyFrom(register.Headers, "Authorization");
        Assert.Equal(DigestVerdict.WrongUri, _verifier.Verify(elsewhere, Find).Verdict);
    }

    [Fact]
    public void A_replay_is_refused_and_a_higher_nonce_count_is_not()
    {
        var client = new DigestClient("alice", "wonderland");
        var request = Register();
        client.TryAnswer(request, Challenge(request));
        Assert.Equal(DigestVerdict.Accepted, _verifier.Verify(request, Find).Verdict);
        Assert.Equal(DigestVerdict.Replayed, _verifier.Verify(request, Find).Verdict);
        var next = Register();
        client.Authorize(next);
        Assert.Contains("nc=00000002", next["Authorization"], StringComparison.Ordinal);
        Assert.Equal(DigestVerdict.Accepted, _verifier.Verify(next, Find).Verdict);
    }

    [Fact]
    public void An_expired_nonce_is_stale_and_the_client_answers_again_without_a_new_password()
    {
        var client = new DigestClient("alice", "wonderland");
        var request = Register();
        client.TryAnswer(request, Challenge(request));
        _time.Advance(TimeSpan.FromMinutes(5) + TimeSpan.FromMilliseconds(1));
        var verification = _verifier.Verify(request, Find);
        Assert.Equal((DigestVerdict.Stale, true), (verification.Verdict, verification.IsStale));
        var challenge = SipResponse.For(request, 401);
        _verifier.Challenge(challenge, stale: true);
        Assert.True(client.TryAnswer(request, challenge));
        Assert.Equal(DigestVerdict.Accepted, _verifier.Verify(request, Find).Verdict);
    }

    [Fact]
    public void An_expired_nonce_with_a_wrong_password_is_refused_not_stale()
    {
        var request = Register();
        new DigestClient("alice", "wrong").TryAnswer(request, Challenge(request));
        _time.Advance(TimeSpan.FromMinutes(6));
        Assert.Equal(DigestVerdict.Refused, _verifier.Verify(request, Find).Verdict);
    }

    [Fact]
    public void A_nonce_serves_on_every_node_with_the_key_and_on_no_other()
    {
        var request = Register();
        var other = new DigestVerifier(Realm, Key, _time);
        new DigestClient("alice", "wonderland").TryAnswer(request, Challenge(request));
        Assert.Equal(DigestVerdict.Accepted, other.Verify(request, Find).Verdict);
        Assert.Equal(DigestVerdict.Stale, new DigestVerifier(Realm, new byte[32], _time).Verify(request, Find).Verdict);
    }

    [Fact]
    public void A_nonce_from_before_a_restart_is_stale_for_its_uses_are_not_known()
    {
        var request = Register();
        new DigestClient("alice", "wonderland").TryAnswer(request, Challenge(request));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(DigestVerdict.Stale, new DigestVerifier(Realm, Key, _time).Verify(request, Find).Verdict);
    }

    [Fact]
    public void A_changed_nonce_is_not_believed()
    {
        var nonces = new DigestNonces(Key, Realm);
        var nonce = nonces.Issue(_time.GetUtcNow());
        Assert.True(nonces.TryRead(nonce, out var issued));
        Assert.Equal(_time.GetUtcNow().ToUnixTimeMilliseconds(), issued.ToUnixTimeMilliseconds());
        for (var i = 0; i < nonce.Length - 1; i++)
        {
            var changed = nonce.ToCharArray();
            changed[i] = changed[i] == 'A' ? 'B' : 'A';
            Assert.False(nonces.TryRead(new string(changed), out _), $"character {i}");
        }

        Assert.False(nonces.TryRead("", out _));
        Assert.False(nonces.TryRead(new string('!', nonce.Length), out _));
    }

    [Fact]
    public void A_short_key_is_refused() => Assert.Throws<ArgumentException>(() => new DigestVerifier(Realm, new byte[15], _time));

    private SipResponse Challenge(SipRequest request, int status = 401) => ChallengeBy(_verifier, request, status);

    private static SipResponse ChallengeBy(DigestVerifier verifier, SipRequest request, int status = 401)
    {
        var response = SipResponse.For(request, status);
        verifier.Challenge(response);
        return response;
    }

    private static DigestSecret? Find(string user) => user == "alice" ? new DigestSecret("alice", Realm, "wonderland") : null;

    private static SipRequest Register() => Request("REGISTER", "sip:callcluster.test");

    private static SipRequest Request(string method, string uri) => new(method, SipUri.Parse(uri));
}
