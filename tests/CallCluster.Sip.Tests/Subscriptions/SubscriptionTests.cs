using CallCluster.Sip.Messages;
using CallCluster.Sip.Subscriptions;
using CallCluster.Sip.Tests.Support;
using CallCluster.Sip.UserAgents;

namespace CallCluster.Sip.Tests.Subscriptions;

/// <summary>RFC 6665 §4.2, with the subscriber played by the test.</summary>
public sealed class SubscriptionTests
{
    private readonly MemoryNetwork _network = new();
    private readonly Recorder _side = new();
    private readonly SipEndpoint _endpoint;
    private readonly RawPeer _phone;
    private readonly List<Subscription> _ended = [];
    private Subscription? _subscription;

    public SubscriptionTests()
    {
        _endpoint = _network.Endpoint(_side, new SipEndpointOptions { Allow = [.. SipEndpointOptions.DefaultAllow, "SUBSCRIBE"] });
        _phone = _network.Peer();
        _side.Requested = request =>
        {
            var time = TimeSpan.FromSeconds(request.Request.Expires ?? 3600);
            if (request.Subscription is { } known)
            {
                known.Refresh(request, time);
                return;
            }

            _subscription = request.Subscribe(time, "alice", _ended.Add);
            Tell(1);
        };
    }

    [Fact]
    public void A_subscriber_gets_200_and_then_the_state()
    {
        Subscribe(600);
        var accepted = _phone.Responses.First();
        Assert.Equal((200, 600u, "alice"), (accepted.StatusCode, accepted.Expires, accepted.Contact[0].Uri.User));
        var notify = Notified();
        Assert.Equal(("x;id=7", "active;expires=600", "state 1"), (notify.GetHeader("Event"), notify.GetHeader("Subscription-State"), Body(notify)));
        Assert.Equal((accepted.To.Tag, "peer"), (notify.From.Tag, notify.To.Tag));
        Assert.Equal($"sip:peer@{_phone.Address}", notify.RequestUri.ToString());
    }

    [Fact]
    public void Each_change_is_told_and_what_changes_while_a_NOTIFY_is_under_way_by_the_next()
    {
        Subscribe(600);
        Tell(2);
        Tell(3);
        Assert.Equal(1, Count());
        Take();
        Assert.Equal((2, "state 3"), (Count(), Body(Notified())));
        Take();
        Tell(2); // came late
        Assert.Equal(2, Count());
    }

    [Fact]
    public void A_refresh_prolongs_it_and_tells_the_state_again()
    {
        Subscribe(100);
        Take();
        _network.Pass(90);
        Refresh(100);
        Assert.Equal((200, 2), (_phone.LastResponse.StatusCode, Count()));
        Take();
        _network.Pass(90);
        Assert.Empty(_ended);
        _network.Pass(11);
        Assert.Equal("terminated;reason=timeout", Notified().GetHeader("Subscription-State"));
        Assert.Single(_ended);
        Take();
        Tell(9);
        Assert.Equal(3, Count());
        AssertNothingLeft();
    }

    [Fact]
    public void Who_wants_no_more_is_told_once_more_and_then_unknown()
    {
        Subscribe(600);
        Take();
        Refresh(0);
        Assert.Equal((200, "0"), (_phone.LastResponse.StatusCode, _phone.LastResponse.GetHeader("Expires")));
        Assert.Equal(("terminated;reason=timeout", "state 1"), (Notified().GetHeader("Subscription-State"), Body(Notified())));
        Take();
        Refresh(600);
        Assert.Equal("unknown", _side.Events[^1]);
        Assert.Equal(481, _phone.LastResponse.StatusCode);
        AssertNothingLeft();
    }

    [Fact]
    public void Who_asks_for_no_time_gets_the_state_once()
    {
        Subscribe(0);
        Assert.Equal(("terminated;reason=timeout", "state 1"), (Notified().GetHeader("Subscription-State"), Body(Notified())));
        Take();
        Tell(2);
        Assert.Equal(1, Count());
        AssertNothingLeft();
    }

    [Theory]
    [InlineData(481)]
    [InlineData(404)]
    [InlineData(603)]
    public void A_subscriber_who_does_not_take_it_is_none(int status)
    {
        Subscribe(600);
        Take(status);
        Assert.Single(_ended);
        Tell(2);
        Assert.Equal(1, Count());
        AssertNothingLeft();
    }

    [Fact]
    public void A_subscriber_who_is_silent_is_none()
    {
        Subscribe(600);
        _network.Pass(33);
        Assert.Single(_ended);
        AssertNothingLeft();
    }

    [Fact]
    public void The_application_ends_it_with_a_reason()
    {
        Subscribe(600);
        _subscription!.Terminate("deactivated");
        _network.Deliver();
        Assert.Single(_ended);
        Take(); // the first, on which the last waited
        Assert.Equal("terminated;reason=deactivated", Notified().GetHeader("Subscription-State"));
        Take();
        _subscription.Terminate("deactivated");
        Assert.Equal(2, Count());
        AssertNothingLeft();
    }

    [Fact]
    public void An_old_request_refreshes_nothing()
    {
        Subscribe(100);
        Take();
        Refresh(100, cseq: 5);
        Take();
        Refresh(600, cseq: 4);
        Assert.Equal(500, _phone.LastResponse.StatusCode);
        _network.Pass(101);
        Assert.Single(_ended);
    }

    private void Subscribe(int expires)
    {
        var request = _phone.Request("SUBSCRIBE");
        request.Headers.Add("Event", "x;id=7");
        request.Headers.Add("Expires", $"{expires}");
        _phone.Send(request, _endpoint.Listeners[0].LocalEndPoint);
    }

    private void Refresh(int expires, uint cseq = 2)
    {
        var request = _phone.Request("SUBSCRIBE", toTag: _phone.Responses.First().To.Tag, cseq: cseq);
        request.Headers.Add("Event", "x;id=7");
        request.Headers.Add("Expires", $"{expires}");
        _phone.Send(request, _endpoint.Listeners[0].LocalEndPoint);
    }

    private void Tell(int state)
    {
        _subscription!.Notify(new SipBody("text/plain", System.Text.Encoding.ASCII.GetBytes($"state {state}")), state);
        _network.Deliver();
    }

    private void Take(int status = 200) => _phone.Send(_phone.Response(Notified(), status), _endpoint.Listeners[0].LocalEndPoint);

    private SipRequest Notified() => _phone.LastRequest("NOTIFY");

    private int Count() => _phone.Requests.Where(request => request.Method == "NOTIFY").DistinctBy(request => request.CSeq.Number).Count();

    private static string Body(SipRequest request) => System.Text.Encoding.ASCII.GetString(request.Body.Span);

    private void AssertNothingLeft()
    {
        _network.Pass(70);
        Assert.Equal((0, 0, 0), (_endpoint.Transactions.Count, _endpoint.Timers.Count, _endpoint.Subscriptions.Count));
    }
}
