using CallCluster.Sip.Messages;
using CallCluster.Sip.Tests.Support;
using CallCluster.Sip.Uris;
using CallCluster.Sip.UserAgents;

namespace CallCluster.Sip.Tests.UserAgents;

/// <summary>RFC 3261 §8.2: what is refused before an application sees it, and what it is given.</summary>
public sealed class UserAgentCoreTests
{
    private readonly MemoryNetwork _network = new();
    private readonly Recorder _application = new();
    private readonly SipEndpoint _endpoint;
    private readonly RawPeer _peer;

    public UserAgentCoreTests()
    {
        _endpoint = _network.Endpoint(_application);
        _peer = _network.Peer();
    }

    [Fact]
    public void RFC3261_8_2_1_a_known_method_that_is_not_taken_gets_405_with_Allow()
    {
        Send(_peer.Request("PUBLISH"));

        Assert.Equal(405, _peer.LastResponse.StatusCode);
        Assert.Contains("INVITE", _peer.LastResponse.Allow);
        Assert.NotNull(_peer.LastResponse.To.Tag);
    }

    [Fact]
    public void RFC3261_21_5_2_an_unknown_method_gets_501()
    {
        Send(_peer.Request("FROBNICATE"));

        Assert.Equal(501, _peer.LastResponse.StatusCode);
    }

    [Fact]
    public void RFC3261_8_2_2_1_an_unknown_URI_scheme_gets_416()
    {
        var request = _peer.Request("INVITE");
        request.RequestUri = SipUri.Parse("mailto:a@b");

        Send(request);

        Assert.Equal(416, _peer.LastResponse.StatusCode);
    }

    [Fact]
    public void RFC3261_8_2_2_2_the_same_request_over_another_path_gets_482()
    {
        _application.Offered = session => session.Progress(180);
        Send(_peer.Request("INVITE", "offer", branch: "z9hG4bKpath1"));

        Send(_peer.Request("INVITE", "offer", branch: "z9hG4bKpath2"));

        Assert.Equal(482, _peer.LastResponse.StatusCode);
        Assert.Equal(["invite"], _application.Events);
    }

    [Fact]
    public void RFC3261_8_2_2_3_an_unknown_extension_gets_420_with_Unsupported()
    {
        var request = _peer.Request("INVITE", "offer");
        request.Headers.Add("Require", "100rel, teleport");

        Send(request);

        Assert.Equal(420, _peer.LastResponse.StatusCode);
        Assert.Equal("teleport", _peer.LastResponse["Unsupported"]);
    }

    [Fact]
    public void RFC3261_8_2_3_an_unknown_content_type_gets_415_with_Accept()
    {
        var request = _peer.Request("INVITE");
        request.SetBody("text/plain", "hello"u8.ToArray());

        Send(request);

        Assert.Equal(415, _peer.LastResponse.StatusCode);
        Assert.Equal("application/sdp, multipart/mixed, multipart/alternative", _peer.LastResponse["Accept"]);
    }

    [Fact]
    public void RFC3261_8_2_3_a_compressed_body_gets_415_with_Accept_Encoding()
    {
        var request = _peer.Request("INVITE", "offer");
        request.Headers.Add("Content-Encoding", "gzip");

        Send(request);

        Assert.Equal(415, _peer.LastResponse.StatusCode);
        Assert.Equal("identity", _peer.LastResponse["Accept-Encoding"]);
    }

    [Fact]
    public void RFC3261_12_2_2_a_request_in_an_unknown_dialog_gets_481()
    {
        Send(_peer.Request("INFO", toTag: "gone"));

        Assert.Equal(481, _peer.LastResponse.StatusCode);
        Assert.Equal(["unknown"], _application.Events);
    }

    [Fact]
    public void An_application_may_answer_a_request_in_an_unknown_dialog_later()
    {
        _application.Unknown = _ => { };
        Send(_peer.Request("BYE", toTag: "elsewhere"));
        Assert.Empty(_peer.Received);

        _application.Requests[0].Respond(200);
        _network.Deliver();

        Assert.Equal(200, _peer.LastResponse.StatusCode);
        Assert.Equal("elsewhere", _peer.LastResponse.To.Tag);
    }

    [Fact]
    public void RFC3261_15_1_2_BYE_without_a_dialog_gets_481()
    {
        Send(_peer.Request("BYE"));

        Assert.Equal(481, _peer.LastResponse.StatusCode);
        Assert.Empty(_application.Events);
    }

    [Fact]
    public void RFC3261_11_2_OPTIONS_tells_what_is_taken()
    {
        Send(_peer.Request("OPTIONS"));

        Assert.Equal(200, _peer.LastResponse.StatusCode);
        Assert.Contains("UPDATE", _peer.LastResponse.Allow);
        Assert.Equal("application/sdp, multipart/mixed, multipart/alternative", _peer.LastResponse["Accept"]);
    }

    [Fact]
    public void REGISTER_reaches_the_application_which_may_answer_with_headers()
    {
        _application.Requested = request => request.Respond(401, headers: [("WWW-Authenticate", "Digest realm=\"r\", nonce=\"n\"")]);

        Send(_peer.Request("REGISTER"));

        Assert.Equal(401, _peer.LastResponse.StatusCode);
        Assert.NotNull(_peer.LastResponse["WWW-Authenticate"]);
    }

    [Fact]
    public void An_INVITE_that_the_application_leaves_lying_gets_480()
    {
        var network = new MemoryNetwork();
        network.Endpoint(new Absent());
        var peer = network.Peer();

        peer.Send(peer.Request("INVITE", "offer"), new(new System.Net.IPAddress([10, 0, 0, 1]), 5060));

        Assert.Equal(480, peer.LastResponse.StatusCode);
    }

    [Fact]
    public void An_application_that_throws_costs_its_request_a_500_and_nothing_else()
    {
        _application.Requested = _ => throw new InvalidOperationException("bug");
        Send(_peer.Request("REGISTER"));
        Assert.Equal(500, _peer.LastResponse.StatusCode);

        Send(_peer.Request("OPTIONS", callId: "next", cseq: 2));
        _application.Requested = request => request.RespondUnhandled();
        Send(_peer.Request("OPTIONS", callId: "last", cseq: 3));

        Assert.Equal(200, _peer.LastResponse.StatusCode);
    }

    [Fact]
    public void RFC4320_a_request_that_the_application_forgets_is_dropped_after_64_T1()
    {
        _application.Requested = _ => { };
        Send(_peer.Request("REGISTER"));
        Assert.Equal(1, _endpoint.Transactions.Count);

        _network.Pass(32.1);

        Assert.Empty(_peer.Received);
        Assert.Equal(0, _endpoint.Transactions.Count);
    }

    [Fact]
    public void Beyond_the_bound_new_requests_get_503_and_then_nothing()
    {
        var network = new MemoryNetwork();
        var application = new Recorder { Requested = _ => { } };
        var endpoint = network.Endpoint(application, new SipEndpointOptions { MaxTransactions = 8 });
        var peer = network.Peer();
        for (var i = 0; i < 8; i++)
            peer.Send(peer.Request("REGISTER", callId: $"c{i}"), endpoint.Listeners[0].LocalEndPoint);
        Assert.Empty(peer.Received);

        peer.Send(peer.Request("REGISTER", callId: "refused"), endpoint.Listeners[0].LocalEndPoint);
        Assert.Equal(503, peer.LastResponse.StatusCode);
        Assert.NotNull(peer.LastResponse["Retry-After"]);
        peer.Send(peer.Request("BYE", callId: "in-dialog", toTag: "x"), endpoint.Listeners[0].LocalEndPoint);
        Assert.Equal(481, peer.LastResponse.StatusCode);
        Assert.Equal(9, endpoint.Transactions.Count);
        for (var i = 0; i < 5; i++)
            peer.Send(peer.Request("BYE", callId: $"in-dialog-{i}", toTag: "x"), endpoint.Listeners[0].LocalEndPoint);

        Assert.Equal(10, endpoint.Transactions.Count);
        Assert.Equal(3, peer.Received.Count);
    }

    [Theory]
    [InlineData(200)]
    [InlineData(404)]
    public void An_OPTIONS_of_ours_gets_its_final_response(int status)
    {
        var result = Outgoing("OPTIONS");

        _peer.Send(_peer.Response(_peer.LastRequest("OPTIONS"), 100), Address);
        Assert.Empty(result);
        _peer.Send(_peer.Response(_peer.LastRequest("OPTIONS"), status, "t"), Address);

        Assert.Equal([status], result);
        var sent = _peer.LastRequest("OPTIONS");
        Assert.NotNull(sent.From.Tag);
        Assert.Equal(70, sent.MaxForwards);
    }

    [Fact]
    public void An_OPTIONS_of_ours_that_nobody_answers_ends_with_408()
    {
        var result = Outgoing("OPTIONS");

        _network.Pass(32.1);

        Assert.Equal([408], result);
    }

    [Fact]
    public void A_target_that_no_listener_reaches_ends_with_503_at_once()
    {
        var result = new List<int>();
        var request = new SipRequest("OPTIONS", SipUri.Parse("sip:a@10.9.9.9;transport=tcp")) { From = Me, To = Me };

        _endpoint.SendRequest(request, (status, _) => result.Add(status));

        Assert.Equal([503], result);
    }

    private NameAddress Me => new(TwoEndpoints.Uri(_endpoint, "me"));

    private System.Net.IPEndPoint Address => _endpoint.Listeners[0].LocalEndPoint;

    private List<int> Outgoing(string method)
    {
        var result = new List<int>();
        var request = new SipRequest(method, SipUri.Parse($"sip:a@{_peer.Address}")) { From = Me };
        request.To = new NameAddress(request.RequestUri);
        _endpoint.SendRequest(request, (status, _) => result.Add(status));
        _network.Deliver();
        return result;
    }

    private void Send(SipRequest request) => _peer.Send(request, Address);

    private sealed class Absent : ISipEndpointHandler
    {
        public void OnInvite(IncomingInvite invite)
        {
        }
    }
}
