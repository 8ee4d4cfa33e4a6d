using CallCluster.Sip.Messages;
using CallCluster.Sip.Tests.Support;
using CallCluster.Sip.Uris;
using CallCluster.Sip.UserAgents;

namespace CallCluster.Sip.Tests.UserAgents;

/// <summary>RFC 3261 §8.1.3.4 and §21.3, with every peer played by the test.</summary>
public sealed class RedirectionTests
{
    private readonly MemoryNetwork _network = new();
    private readonly Recorder _side = new();
    private readonly SipEndpoint _endpoint;
    private readonly RawPeer _first;
    private readonly RawPeer _second;
    private readonly RawPeer _third;
    private readonly List<string> _asked = [];

    public RedirectionTests()
    {
        _endpoint = _network.Endpoint(_side);
        (_first, _second, _third) = (_network.Peer(), _network.Peer(), _network.Peer());
    }

    [Fact]
    public void The_best_contact_is_called_with_the_same_call_and_To_and_a_higher_CSeq()
    {
        Invite();
        Answer(_first, 302, $"<{Uri(_third)}>;q=0.2, <{Uri(_second)}>;q=0.7");
        var (before, after) = (_first.LastRequest("INVITE"), _second.LastRequest("INVITE"));
        Assert.Equal((before.CallId, before.From.Tag, before.To.ToString()), (after.CallId, after.From.Tag, after.To.ToString()));
        Assert.Equal((Uri(_second), before.CSeq.Number + 1), (after.RequestUri, after.CSeq.Number));
        Answer(_second, 200);
        Assert.Equal(["accepted"], _side.Events);
        Assert.Equal(["INVITE", "ACK"], _second.Requests.Select(request => request.Method));
        Assert.Empty(_third.Requests);
    }

    [Fact]
    public void Who_does_not_take_the_call_is_followed_by_the_next_contact_but_not_after_6xx()
    {
        Invite();
        Answer(_first, 300, $"<{Uri(_second)}>, <{Uri(_third)}>;q=0.5, <sip:never@10.0.0.250>;q=0.1");
        Answer(_second, 486);
        Answer(_third, 603);
        Assert.Equal("ended RemoteReject", _side.Events[^1]);
        Assert.Equal([$"{Uri(_second)} after 300 of {Uri(_first)}", $"{Uri(_third)} after 486 of {Uri(_second)}"], _asked);
    }

    [Fact]
    public void What_is_not_allowed_is_passed_over_and_when_nothing_is_the_302_is_the_answer()
    {
        Invite((invite, contact) => contact.Equals(Uri(_third)) ? invite with { Target = contact } : null);
        Answer(_first, 302, $"<{Uri(_second)}>, <{Uri(_third)}>;q=0.1");
        Assert.Empty(_second.Requests);
        Answer(_third, 302, $"<{Uri(_second)}?Subject=x>");
        Assert.Empty(_second.Requests);
        Assert.Equal("ended RemoteReject", _side.Events[^1]);
        AssertNothingLeft();
    }

    [Theory]
    [InlineData(305)]
    [InlineData(380)]
    [InlineData(399)]
    public void Only_300_301_and_302_are_followed(int status)
    {
        Invite();
        Answer(_first, status, $"<{Uri(_second)}>");
        Assert.Empty(_second.Requests);
        Assert.Equal("ended RemoteReject", _side.Events[^1]);
    }

    [Fact]
    public void Nobody_is_called_twice()
    {
        Invite();
        Answer(_first, 302, $"<{Uri(_second)}>");
        Answer(_second, 301, $"<{Uri(_first)}>, <{Uri(_second)}>, <{Uri(_third)}>");
        Answer(_third, 302, $"<{Uri(_first)}>");
        Assert.Equal("ended RemoteReject", _side.Events[^1]);
        Assert.Equal((1, 1, 1), (Count(_first), Count(_second), Count(_third)));
    }

    [Fact]
    public void What_the_application_makes_of_contacts_is_not_called_twice_either()
    {
        Invite((invite, _) => invite with { Target = Uri(_second) });
        Answer(_first, 302, "<tel:+1>, <tel:+2>");
        Answer(_second, 302, "<tel:+3>");
        Assert.Equal("ended RemoteReject", _side.Events[^1]);
        Assert.Equal(1, Count(_second));
    }

    [Fact]
    public void Five_are_followed_and_no_more()
    {
        Invite((invite, contact) => invite with { Target = Uri(_second).WithUser(contact.User) });
        Answer(_first, 302, string.Join(", ", Enumerable.Range(0, 50).Select(i => $"<sip:{i}@elsewhere.example>")));
        for (var i = 0; i < 5; i++)
            Answer(_second, 404);
        Assert.Equal(5, Count(_second));
        Assert.Equal("ended RemoteReject", _side.Events[^1]);
    }

    [Fact]
    public void A_sips_call_does_not_become_a_sip_call_and_no_URI_makes_anything_but_an_INVITE()
    {
        var invite = new InviteRequest { Target = SipUri.Parse("sips:a@x.example"), From = new NameAddress(SipUri.Parse("sip:me@x.example")), Redirect = contact => contact.Sent with { Target = contact.Uri } };
        var redirection = new Redirection(invite);
        var response = new SipResponse(302);
        response.Headers.Add("Contact", "<sip:b@x.example>, <sips:c@x.example;method=BYE>, <mailto:d@x.example>, <sips:e@x.example?Replaces=x>;q=0.1");
        redirection.Add(response, invite, System.Net.IPAddress.Loopback);
        Assert.Equal("sips:e@x.example", redirection.Next(invite, 302)?.Target.ToString());
        Assert.Null(redirection.Next(invite, 486));
    }

    [Fact]
    public void A_call_that_was_cancelled_is_not_redirected()
    {
        var session = Invite();
        Answer(_first, 180);
        session.Cancel();
        _network.Deliver();
        Answer(_first, 302, $"<{Uri(_second)}>");
        Assert.Equal("ended Cancelled", _side.Events[^1]);
        Assert.Empty(_second.Requests);
    }

    [Fact]
    public void A_phone_that_forwards_after_it_rang_leaves_no_early_dialog_behind()
    {
        Invite();
        Answer(_first, 180);
        Answer(_first, 302, $"<{Uri(_second)}>");
        Answer(_second, 180);
        Assert.Equal(1, _endpoint.Dialogs.DialogCount);
        Answer(_second, 486);
        AssertNothingLeft();
    }

    private InviteSession Invite(Func<InviteRequest, SipUri, InviteRequest?>? allow = null)
    {
        var session = _endpoint.Invite(new InviteRequest
        {
            Target = Uri(_first),
            From = new NameAddress(TwoEndpoints.Uri(_endpoint, "me")),
            Body = SipBody.Sdp("offer"),
            Redirect = contact =>
            {
                _asked.Add($"{contact.Uri} after {contact.Status} of {contact.Last.Target}");
                return allow is null ? contact.Sent with { Target = contact.Uri } : allow(contact.Sent, contact.Uri);
            },
        }, _side);
        _network.Deliver();
        return session;
    }

    private static SipUri Uri(RawPeer peer) => SipUri.Parse($"sip:service@{peer.Address}");

    private static int Count(RawPeer peer) => peer.Requests.Where(request => request.Method == "INVITE").DistinctBy(request => request.TopVia!.Branch).Count();

    private void Answer(RawPeer peer, int status, string? contacts = null)
    {
        var response = peer.Response(peer.LastRequest("INVITE"), status, "peer", status == 200 ? "answer" : null);
        if (contacts is not null)
            response.Headers.Set("Contact", contacts);
        peer.Send(response, _endpoint.Listeners[0].LocalEndPoint);
    }

    private void AssertNothingLeft()
    {
        _network.Pass(70);
        Assert.Equal((0, 0, 0, 0), (_endpoint.Transactions.Count, _endpoint.Timers.Count, _endpoint.Dialogs.SessionCount, _endpoint.Dialogs.DialogCount));
    }
}
