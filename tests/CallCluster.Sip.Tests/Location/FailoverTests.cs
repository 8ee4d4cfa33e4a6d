using CallCluster.Sip.Location;
using CallCluster.Sip.Messages;
using CallCluster.Sip.Tests.Support;
using CallCluster.Sip.Uris;
using CallCluster.Sip.UserAgents;

namespace CallCluster.Sip.Tests.Location;

/// <summary>RFC 3263 §4.3: a request goes to the next server when one is silent, away or answers 503. Two servers of one domain, played by the test.</summary>
public sealed class FailoverTests
{
    private readonly MemoryNetwork _network = new();
    private readonly Recorder _side = new();
    private readonly FakeNames _names = new();
    private readonly SipEndpoint _endpoint;
    private readonly RawPeer _first;
    private readonly RawPeer _second;
    private readonly List<int> _statuses = [];

    public FailoverTests()
    {
        _endpoint = _network.Endpoint(_side);
        (_first, _second) = (_network.Peer(), _network.Peer());
        _names.Srvs["_sip._udp.carrier.example"] = [new Srv(2, 1, 5060, "second.example"), new Srv(1, 1, 5060, "first.example")];
        _names.Hosts["first.example"] = [_first.Address.Address.ToString()];
        _names.Hosts["second.example"] = [_second.Address.Address.ToString()];
        _endpoint.Transport.Names = _names;
    }

    [Fact]
    public void An_INVITE_goes_to_the_next_server_after_503_under_the_same_call()
    {
        Invite();
        Answer(_first, "INVITE", 503);
        Assert.Equal((Sent(_first).CallId, Sent(_first).CSeq, Sent(_first).From.Tag), (Sent(_second).CallId, Sent(_second).CSeq, Sent(_second).From.Tag));
        Assert.NotEqual(Sent(_first).TopVia!.Branch, Sent(_second).TopVia!.Branch);
        Answer(_second, "INVITE", 200);
        Assert.Equal(["accepted"], _side.Events);
        Assert.Equal(["INVITE", "ACK"], _second.Requests.Select(request => request.Method));
    }

    [Fact]
    public void A_silent_server_is_given_up_for_the_next_and_what_it_says_later_is_hung_up()
    {
        Invite();
        _network.Pass(3.9);
        Assert.Empty(_second.Requests);
        _network.Pass(0.2);
        Answer(_second, "INVITE", 200);
        Assert.Equal(["accepted"], _side.Events);

        Answer(_first, "INVITE", 200);
        Assert.Equal(["ACK", "BYE"], _first.Requests.Select(request => request.Method).SkipWhile(method => method == "INVITE"));
        Assert.Equal(InviteSessionState.Confirmed, _session!.State);
    }

    [Fact]
    public void The_last_servers_failure_is_the_calls()
    {
        Invite();
        Answer(_first, "INVITE", 503);
        Answer(_second, "INVITE", 503);
        Assert.Equal("ended RemoteReject", _side.Events[^1]);
        AssertNothingLeft();
    }

    [Theory]
    [InlineData(486)]
    [InlineData(500)]
    [InlineData(404)]
    public void Any_other_answer_is_the_answer(int status)
    {
        Invite();
        Answer(_first, "INVITE", status);
        Assert.Equal("ended RemoteReject", _side.Events[^1]);
        Assert.Empty(_second.Requests);
    }

    [Fact]
    public void Who_rang_and_then_answers_503_is_not_passed_over()
    {
        Invite();
        Answer(_first, "INVITE", 180);
        Answer(_first, "INVITE", 503);
        Assert.Equal("ended RemoteReject", _side.Events[^1]);
        Assert.Empty(_second.Requests);
    }

    [Fact]
    public void A_call_that_was_cancelled_is_not_tried_elsewhere()
    {
        Invite();
        _session!.Cancel();
        Answer(_first, "INVITE", 503);
        Assert.Equal("ended Cancelled", _side.Events[^1]);
        Assert.Empty(_second.Requests);
    }

    [Fact]
    public void The_shorter_patience_of_the_call_counts_for_each_server()
    {
        Invite(TimeSpan.FromSeconds(1));
        _network.Pass(1.1);
        Assert.NotEmpty(_second.Requests);
        _network.Pass(1.1);
        Assert.Equal("ended RemoteReject", _side.Events[^1]);
    }

    [Fact]
    public void A_failed_server_comes_last_for_a_while()
    {
        Options();
        Answer(_first, "OPTIONS", 503);
        Answer(_second, "OPTIONS", 200);
        Options();
        Answer(_second, "OPTIONS", 200);
        Assert.Equal((1, 2), (Count(_first), Count(_second)));
        _network.Pass(31);
        Options();
        Assert.Equal((2, 2), (Count(_first), Count(_second)));
    }

    [Fact]
    public void A_503_says_for_how_long()
    {
        Options();
        Answer(_first, "OPTIONS", 503, ("Retry-After", "120 (busy)"));
        Answer(_second, "OPTIONS", 200);
        _network.Pass(110);
        Options();
        Answer(_second, "OPTIONS", 200);
        Assert.Equal((1, 2), (Count(_first), Count(_second)));
        _network.Pass(15);
        Options();
        Assert.Equal((2, 2), (Count(_first), Count(_second)));
    }

    [Fact]
    public void A_failed_server_that_is_all_there_is_and_answers_is_well_again()
    {
        Options();
        Answer(_first, "OPTIONS", 503);
        Answer(_second, "OPTIONS", 503);
        Options();
        Answer(_first, "OPTIONS", 200);
        Assert.Equal([503, 200], _statuses);
        Options();
        Assert.Equal((3, 1), (Count(_first), Count(_second)));
    }

    [Fact]
    public void A_request_out_of_dialog_is_not_held_up_by_a_silent_server()
    {
        Options();
        _network.Pass(4.1);
        Answer(_second, "OPTIONS", 200);
        Answer(_first, "OPTIONS", 200);
        _network.Pass(40);
        Assert.Equal([200], _statuses);
        AssertNothingLeft();
    }

    [Fact]
    public void A_dialog_stays_with_its_server()
    {
        _names.Srvs["_sip._udp.carrier.example"] = [new Srv(1, 1, 5060, "first.example"), new Srv(1, 1, 5060, "second.example")];
        _endpoint.Transport.Random = _ => 0;
        Invite();
        var answer = _first.Response(Sent(_first), 200, "peer", "answer");
        answer.Headers.Set("Contact", "<sip:peer@carrier.example>");
        _endpoint.Transport.Random = most => most - 1; // now the other would be chosen
        _first.Send(answer, _endpoint.Listeners[0].LocalEndPoint);
        _session!.Bye();
        _network.Deliver();
        Assert.Equal(["INVITE", "ACK", "BYE"], _first.Requests.Select(request => request.Method));
        Assert.Empty(_second.Requests);
    }

    [Fact]
    public void Names_are_looked_up_once_until_their_time_is_over_and_together_by_all_who_wait()
    {
        var answered = new TaskCompletionSource();
        _names.Until = answered.Task;
        Options();
        Options();
        var questions = _names.Asked.Count;
        answered.SetResult();
        _network.Deliver();
        Assert.Equal((2, 1), (Count(_first), questions));

        var asked = _names.Asked.Count;
        _network.Pass(59);
        Options();
        Assert.Equal(asked, _names.Asked.Count);
        _network.Pass(2);
        Options();
        Assert.True(_names.Asked.Count > asked);
    }

    [Fact]
    public void A_name_that_leads_nowhere_is_503_and_not_asked_for_again_at_once()
    {
        _names.Srvs.Clear();
        Options();
        var asked = _names.Asked.Count;
        Options();
        Assert.Equal([503, 503], _statuses);
        Assert.Equal(asked, _names.Asked.Count);
    }

    [Fact]
    public void A_server_that_was_given_up_does_not_fail_the_redirection_that_is_looked_up_when_its_time_is_over()
    {
        var found = new TaskCompletionSource();
        _names.Hosts["elsewhere.example"] = [_first.Address.Address.ToString()];
        Invite(redirect: contact => contact.Sent with { Target = contact.Uri });
        _network.Pass(4.1);
        _names.Until = found.Task;
        Answer(_second, "INVITE", 302, ("Contact", "<sip:service@elsewhere.example>"));
        _network.Pass(35);
        Assert.Empty(_side.Events);

        found.SetResult();
        _network.Deliver();
        Assert.Equal("elsewhere.example", Sent(_first).RequestUri.Host);
        Answer(_first, "INVITE", 200);
        Assert.Equal(["accepted"], _side.Events);
    }

    private InviteSession? _session;

    private void Invite(TimeSpan? patience = null, Func<RedirectContact, InviteRequest?>? redirect = null)
    {
        _session = _endpoint.Invite(new InviteRequest
        {
            Target = SipUri.Parse("sip:service@carrier.example"),
            From = new NameAddress(TwoEndpoints.Uri(_endpoint, "me")),
            Body = SipBody.Sdp("offer"),
            GiveUpAfter = patience,
            Redirect = redirect,
        }, _side);
        _network.Deliver();
    }

    private void Options()
    {
        var target = SipUri.Parse("sip:carrier.example");
        _endpoint.SendRequest(new SipRequest("OPTIONS", target) { From = new NameAddress(target), To = new NameAddress(target) }, (status, _) => _statuses.Add(status));
        _network.Deliver();
    }

    private static SipRequest Sent(RawPeer peer) => peer.LastRequest("INVITE");

    private static int Count(RawPeer peer) => peer.Requests.DistinctBy(request => request.TopVia!.Branch).Count();

    private void Answer(RawPeer peer, string method, int status, params (string Name, string Value)[] headers)
    {
        var response = peer.Response(peer.LastRequest(method), status, "peer", status == 200 && method == "INVITE" ? "answer" : null);
        foreach (var (name, value) in headers) response.Headers.Set(name, value);
        peer.Send(response, _endpoint.Listeners[0].LocalEndPoint);
    }

    private void AssertNothingLeft()
    {
        _network.Pass(70);
        Assert.Equal((0, 0, 0), (_endpoint.Transactions.Count, _endpoint.Timers.Count, _endpoint.Dialogs.SessionCount));
    }
}
