using CallCluster.Sip.Messages;
using CallCluster.Sip.Sources;
using CallCluster.Sip.Tests.Support;
using CallCluster.Sip.UserAgents;

namespace CallCluster.Sip.Tests.UserAgents;

/// <summary>What an endpoint refuses before it costs anything (facts/attacks.md, rows Floods and Parser).</summary>
public sealed class LimitsTests
{
    private readonly MemoryNetwork _network = new();

    [Fact]
    public void Who_sends_only_what_is_refused_is_banned_and_heard_again_later()
    {
        var endpoint = Endpoint(new Recorder { Requested = request => request.Respond(401) }, new SourceLimits { RefusalsUntilBan = 5, BanTime = TimeSpan.FromSeconds(60) });
        var scanner = _network.Peer();
        for (var i = 0; i < 20; i++)
            Send(scanner, endpoint, "REGISTER");
        Assert.Equal(6, scanner.Received.Count);
        Send(_network.Peer(), endpoint, "OPTIONS");
        Assert.Equal(7, _network.Sent.OfType<SipResponse>().Count());
        _network.Pass(61);
        Send(scanner, endpoint, "REGISTER");
        Assert.Equal(7, scanner.Received.Count);
    }

    [Fact]
    public void Noise_bans_as_well_and_is_no_longer_parsed()
    {
        var endpoint = Endpoint(new Recorder(), new SourceLimits { RefusalsUntilBan = 5 });
        var scanner = _network.Peer();
        for (var i = 0; i < 6; i++)
            scanner.SendText("GET / HTTP/1.1\n\n", Address(endpoint));
        Send(scanner, endpoint, "OPTIONS");
        Assert.Empty(scanner.Received);
    }

    [Fact]
    public void A_flood_of_one_address_makes_no_more_transactions_than_its_rate_allows()
    {
        var endpoint = Endpoint(new Recorder(), new SourceLimits { MessagesPerSecond = 10, Burst = 50 });
        var flood = _network.Peer();
        for (var i = 0; i < 5000; i++)
            Send(flood, endpoint, "OPTIONS");
        Assert.Equal(50, endpoint.Transactions.Count);
    }

    [Fact]
    public void Overload_refuses_a_new_INVITE_without_a_transaction_and_lets_dialogs_go_on()
    {
        var application = new Busy();
        var endpoint = _network.Endpoint(application);
        var peer = _network.Peer();
        peer.Send(peer.Request("INVITE"), Address(endpoint));
        var answer = peer.LastResponse;
        Assert.Equal(200, answer.StatusCode);
        peer.Send(peer.Request("ACK", toTag: answer.To.Tag), Address(endpoint));
        var before = endpoint.Transactions.Count;

        application.Refusal = new NewCallRefusal("Overloaded", TimeSpan.FromSeconds(7));
        for (var i = 0; i < 1000; i++)
            peer.Send(peer.Request("INVITE", callId: $"new-{i}"), Address(endpoint));
        Assert.Equal(before, endpoint.Transactions.Count);
        Assert.Equal((503, "Overloaded", "7"), (peer.LastResponse.StatusCode, peer.LastResponse.ReasonPhrase, peer.LastResponse.GetHeader("Retry-After")));
        Assert.Equal(1, application.Calls);

        // What takes a dialog's place makes no more calls.
        var replacing = peer.Request("INVITE", callId: "replacing");
        replacing.Headers.Add("Replaces", $"1@x;to-tag={answer.To.Tag};from-tag=2");
        peer.Send(replacing, Address(endpoint));
        Assert.Equal(200, peer.LastResponse.StatusCode);
        Assert.Equal(2, application.Calls);

        peer.Send(peer.Request("BYE", toTag: answer.To.Tag, cseq: 2), Address(endpoint));
        Assert.Equal((200, "BYE"), (peer.LastResponse.StatusCode, peer.LastResponse.CSeq.Method));

        application.Refusal = null;
        peer.Send(peer.Request("INVITE", callId: "after"), Address(endpoint));
        Assert.Equal(200, peer.LastResponse.StatusCode);
    }

    [Theory]
    [InlineData("MESSAGE")]
    [InlineData("SUBSCRIBE")]
    [InlineData("REFER")]
    [InlineData("PUBLISH")]
    [InlineData("NOTIFY")]
    public void Methods_out_of_dialog_that_nobody_needs_get_405(string method)
    {
        var application = new Recorder();
        var endpoint = _network.Endpoint(application);
        var peer = _network.Peer();
        Send(peer, endpoint, method);
        Assert.Equal(405, peer.LastResponse.StatusCode);
    }

    private SipEndpoint Endpoint(Recorder application, SourceLimits limits) => _network.Endpoint(application, new SipEndpointOptions { Sources = limits });

    private static System.Net.IPEndPoint Address(SipEndpoint endpoint) => endpoint.Listeners[0].LocalEndPoint;

    private int _number;

    private void Send(RawPeer peer, SipEndpoint endpoint, string method) => peer.Send(peer.Request(method, callId: $"{method}-{++_number}"), Address(endpoint));

    /// <summary>Answers each call, unless it is told to refuse.</summary>
    private sealed class Busy : ISipEndpointHandler, IInviteSessionHandler
    {
        public NewCallRefusal? Refusal { get; set; }

        public int Calls { get; private set; }

        public NewCallRefusal? RefuseNewCall() => Refusal;

        public void OnInvite(IncomingInvite invite)
        {
            Calls++;
            invite.Open(this).Accept(SipBody.Sdp("answer"));
        }

        public void OnEnded(InviteSession session, SessionEndCause cause, SipMessage? message)
        {
        }
    }
}
