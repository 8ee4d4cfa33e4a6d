using CallCluster.Sip.Authentication;
using CallCluster.Sip.Messages;
using CallCluster.Sip.Tests.Support;
using CallCluster.Sip.Uris;
using CallCluster.Sip.UserAgents;

namespace CallCluster.Sip.Tests.UserAgents;

/// <summary>RFC 3261 §22 on the UAC's side: credentials go to whom they belong, and to nobody else.</summary>
public sealed class AuthenticationTests
{
    private const string Challenge = "Digest realm=\"pbx\", nonce=\"abc\", algorithm=SHA-256, qop=\"auth\"";
    private readonly MemoryNetwork _network = new();
    private readonly Recorder _application = new();
    private readonly SipEndpoint _endpoint;
    private readonly RawPeer _peer;

    public AuthenticationTests()
    {
        _endpoint = _network.Endpoint(_application);
        _peer = _network.Peer();
    }

    [Theory]
    [InlineData(401, "WWW-Authenticate", "Authorization")]
    [InlineData(407, "Proxy-Authenticate", "Proxy-Authorization")]
    public void RFC3261_22_2_a_challenged_INVITE_is_sent_again_with_the_next_CSeq(int status, string challenge, string credentials)
    {
        var session = Call(new DigestClient("bob", "secret"));
        var first = _peer.LastRequest("INVITE");
        Refuse(first, status, challenge);

        var second = _peer.LastRequest("INVITE");
        Assert.Equal(first.CSeq.Number + 1, second.CSeq.Number);
        Assert.Equal(first.CallId, second.CallId);
        Assert.Equal(first.From.Tag, second.From.Tag);
        Assert.NotEqual(first.TopVia!.Branch, second.TopVia!.Branch);
        Assert.Null(first[credentials]);
        Assert.Contains("username=\"bob\"", second[credentials]);
        Assert.True(first.Body.Span.SequenceEqual(second.Body.Span));
        _peer.Send(_peer.Response(second, 200, "far", "answer"), Address);
        Assert.Equal(["accepted"], _application.Events);
        Assert.Equal(second[credentials], _peer.LastRequest("ACK")[credentials]);
        Assert.Equal(InviteSessionState.Confirmed, session.State);
    }

    [Fact]
    public void A_wrong_password_ends_the_call_after_one_more_try()
    {
        Call(new DigestClient("bob", "wrong"));
        Refuse(_peer.LastRequest("INVITE"), 401, "WWW-Authenticate");
        Refuse(_peer.LastRequest("INVITE"), 401, "WWW-Authenticate");

        Assert.Equal(["rejected 401", "ended RemoteReject"], _application.Events);
        Assert.Equal(2, _peer.Requests.Count(request => request.Method == "INVITE"));
    }

    [Fact]
    public void Without_credentials_401_ends_the_call()
    {
        Call(null);
        Refuse(_peer.LastRequest("INVITE"), 401, "WWW-Authenticate");

        Assert.Equal(["rejected 401", "ended RemoteReject"], _application.Events);
    }

    [Fact]
    public void A_REGISTER_is_sent_again_with_credentials()
    {
        var result = new List<int>();
        var register = new SipRequest("REGISTER", SipUri.Parse($"sip:{_peer.Address}")) { From = Me, To = Me };
        _endpoint.SendRequest(register, (status, _) => result.Add(status), credentials: new DigestClient("bob", "secret"));
        _network.Deliver();

        Refuse(_peer.LastRequest("REGISTER"), 401, "WWW-Authenticate");
        Assert.Empty(result);
        Assert.Equal(2u, _peer.LastRequest("REGISTER").CSeq.Number);
        _peer.Send(_peer.Response(_peer.LastRequest("REGISTER"), 200, "t"), Address);

        Assert.Equal([200], result);
    }

    [Fact]
    public void A_callee_who_challenges_our_BYE_learns_nothing()
    {
        _peer.Send(_peer.Request("INVITE", "offer"), Address);
        _peer.Send(_peer.Request("ACK", toTag: _application.Session.LocalTag), Address);
        _application.Session.Bye();
        _network.Deliver();

        Refuse(_peer.LastRequest("BYE"), 407, "Proxy-Authenticate");
        _network.Pass(40);

        Assert.DoesNotContain(_network.Sent, message => message["Proxy-Authorization"] is not null || message["Authorization"] is not null);
        Assert.Single(_peer.Requests, request => request.Method == "BYE");
    }

    [Fact]
    public void A_peer_that_moves_its_Contact_does_not_take_the_credentials_there()
    {
        var thief = _network.Peer();
        var session = Call(new DigestClient("bob", "secret"));
        Refuse(_peer.LastRequest("INVITE"), 401, "WWW-Authenticate");
        var ok = SipResponse.For(_peer.LastRequest("INVITE"), 200, null, "far");
        ok.Headers.Add("Contact", $"<sip:thief@{thief.Address}>");
        _peer.Send(ok, Address);

        session.Bye();
        _network.Deliver();
        thief.Send(Challenged(thief, thief.LastRequest("BYE"), 401, "WWW-Authenticate"), Address);

        Assert.Equal(["ACK", "BYE"], thief.Requests.Select(request => request.Method));
        Assert.DoesNotContain(thief.Requests, request => request["Authorization"] is not null);
    }

    [Fact]
    public void The_peer_that_the_credentials_are_for_may_challenge_the_BYE()
    {
        var session = Call(new DigestClient("bob", "secret"));
        _peer.Send(_peer.Response(_peer.LastRequest("INVITE"), 200, "far", "answer"), Address);
        session.Bye();
        _network.Deliver();
        var bye = _peer.LastRequest("BYE");

        Refuse(bye, 401, "WWW-Authenticate");

        Assert.NotNull(_peer.LastRequest("BYE")["Authorization"]);
        Assert.Equal(bye.CSeq.Number + 1, _peer.LastRequest("BYE").CSeq.Number);
        _peer.Send(_peer.Response(_peer.LastRequest("BYE"), 200), Address);
        _network.Pass(70);
        Assert.Equal(0, _endpoint.Dialogs.SessionCount);
        Assert.Equal(0, _endpoint.Transactions.Count);
    }

    private NameAddress Me => new(TwoEndpoints.Uri(_endpoint, "bob"));

    private System.Net.IPEndPoint Address => _endpoint.Listeners[0].LocalEndPoint;

    private InviteSession Call(DigestClient? credentials)
    {
        var session = _endpoint.Invite(
            new InviteRequest { Target = SipUri.Parse($"sip:x@{_peer.Address}"), From = Me, Body = SipBody.Sdp("offer"), Credentials = credentials }, _application);
        _network.Deliver();
        return session;
    }

    private void Refuse(SipRequest request, int status, string header) => _peer.Send(Challenged(_peer, request, status, header), Address);

    private static SipResponse Challenged(RawPeer peer, SipRequest request, int status, string header)
    {
        var response = peer.Response(request, status, "challenger");
        response.Headers.Add(header, Challenge);
        return response;
    }
}
