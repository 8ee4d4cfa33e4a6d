using System.Net;
using CallCluster.Sip.Messages;
using CallCluster.Sip.SessionTimers;
using CallCluster.Sip.Tests.Support;
using CallCluster.Sip.UserAgents;

namespace CallCluster.Sip.Tests.SessionTimers;

/// <summary>RFC 4028, both roles, against ourselves and against a peer played message by message.</summary>
public sealed class SessionTimerTests
{
    private readonly TwoEndpoints _two = new(options: new SipEndpointOptions { SessionTimers = new SessionTimerOptions { Interval = TimeSpan.FromSeconds(120) } });

    private IPEndPoint Callee => _two.Callee.Listeners[0].LocalEndPoint;

    [Fact]
    public void Both_sides_agree_on_the_caller_as_refresher_and_the_session_lives_on_by_UPDATE()
    {
        var session = _two.Establish();
        var accepted = Single<SipResponse>(response => response.StatusCode == 200 && response.CSeq.Method == SipMethods.Invite);
        Assert.Equal("120;refresher=uac", accepted[HeaderNames.SessionExpires]);
        Assert.Contains("timer", accepted.Require);
        Assert.Contains("timer", Single<SipRequest>(request => request.Method == SipMethods.Invite).Supported);

        _two.Network.Pass(TimeSpan.FromMinutes(10));

        Assert.Equal(InviteSessionState.Confirmed, session.State);
        Assert.Equal(InviteSessionState.Confirmed, _two.CalleeSide.Session.State);
        Assert.InRange(_two.Network.Requests(SipMethods.Update), 9, 10);
        Assert.DoesNotContain("offer 200", _two.CallerSide.Events); // the stack's own affair
        session.Bye();
        _two.AssertNothingLeft();
    }

    [Fact]
    public void A_session_that_is_not_refreshed_is_ended_by_who_watches_before_its_interval_is_over()
    {
        var peer = Peer("Supported: timer", "Session-Expires: 90;refresher=uac");
        Assert.Equal("90;refresher=uac", peer.LastResponse[HeaderNames.SessionExpires]);

        _two.Network.Pass(59);
        Assert.Equal(InviteSessionState.Confirmed, _two.CalleeSide.Session.State);
        _two.Network.Pass(2);

        Assert.Equal("ended SessionExpired", _two.CalleeSide.Events[^1]);
        Assert.Equal(SipMethods.Bye, peer.Requests.Last().Method);
    }

    [Fact]
    public void The_refresher_ends_a_session_whose_peer_refuses_each_refresh()
    {
        var peer = Peer("Supported: timer", "Session-Expires: 90;refresher=uas");
        Assert.Equal("90;refresher=uas", peer.LastResponse[HeaderNames.SessionExpires]);

        _two.Network.Pass(46);
        peer.Send(peer.Response(peer.LastRequest(SipMethods.Update), 500), Callee);
        _two.Network.Pass(20);

        Assert.Equal("ended SessionExpired", _two.CalleeSide.Events[^1]);
    }

    [Fact]
    public void A_peer_that_does_not_know_timers_is_refreshed_by_us()
    {
        var peer = Peer();

        Assert.Equal("120;refresher=uas", peer.LastResponse[HeaderNames.SessionExpires]);
        Assert.Empty(peer.LastResponse.Require);
        _two.Network.Pass(60.1);
        var refresh = peer.LastRequest(SipMethods.Update);
        Assert.Equal("120;refresher=uac", refresh[HeaderNames.SessionExpires]);
        Assert.True(refresh.Body.IsEmpty);
        peer.Send(peer.Response(refresh, 200), Callee);
        _two.Network.Pass(300);
        // RFC 4028 §7.2: a 2xx without Session-Expires turns the timer off.
        Assert.Equal(InviteSessionState.Confirmed, _two.CalleeSide.Session.State);
        Assert.Equal(1, _two.Network.Requests(SipMethods.Update));
    }

    [Theory]
    [InlineData(false, 0)]
    [InlineData(true, 405)]
    [InlineData(true, 501)]
    public void Without_UPDATE_the_application_is_asked_to_refresh_by_re_INVITE(bool saysItTakesUpdate, int status)
    {
        var peer = saysItTakesUpdate ? Peer() : Peer("Allow: INVITE, ACK, BYE");
        _two.CalleeSide.RefreshDue = session => session.Reinvite(SipBody.Sdp("same"));

        _two.Network.Pass(61);
        if (saysItTakesUpdate) peer.Send(peer.Response(peer.LastRequest(SipMethods.Update), status), Callee);

        var refresh = peer.LastRequest(SipMethods.Invite);
        Assert.Equal("120;refresher=uac", refresh[HeaderNames.SessionExpires]);
        var ok = peer.Response(refresh, 200, body: "same");
        ok.Headers.Add(HeaderNames.SessionExpires, "120;refresher=uac");
        peer.Send(ok, Callee);
        _two.Network.Pass(59);
        Assert.Equal(InviteSessionState.Confirmed, _two.CalleeSide.Session.State);
        Assert.Contains("offer 200", _two.CalleeSide.Events);
    }

    [Fact]
    public void An_interval_below_ours_gets_422_with_Min_SE_on_INVITE_and_in_the_dialog()
    {
        var peer = _two.Network.Peer();
        peer.Send(With(peer.Request("INVITE", "offer"), "Supported: timer", "Session-Expires: 60"), Callee);
        Assert.Equal((422, "90"), (peer.LastResponse.StatusCode, peer.LastResponse[HeaderNames.MinSE]));
        Assert.Empty(_two.CalleeSide.Sessions);

        var caller = Peer("Supported: timer");
        caller.Send(With(caller.Request("UPDATE", toTag: _two.CalleeSide.Session.LocalTag, callId: "timer", cseq: 2), "Supported: timer", "Session-Expires: 89"), Callee);
        Assert.Equal(422, caller.LastResponse.StatusCode);
        Assert.Equal(InviteSessionState.Confirmed, _two.CalleeSide.Session.State);
    }

    [Fact]
    public void A_422_is_answered_with_what_it_asks_for()
    {
        var peer = _two.Network.Peer();
        var session = _two.Caller.Invite(new InviteRequest { Target = CallCluster.Sip.Uris.SipUri.Parse($"sip:x@{peer.Address}"), From = new NameAddress(TwoEndpoints.Uri(_two.Caller, "caller")), Body = SipBody.Sdp("offer") }, _two.CallerSide);
        _two.Network.Deliver();
        var refused = peer.Response(peer.LastRequest("INVITE"), 422, "tag");
        refused.Headers.Add(HeaderNames.MinSE, "300");
        peer.Send(refused, _two.Caller.Listeners[0].LocalEndPoint);

        var again = peer.LastRequest("INVITE");

        Assert.Equal(("300", "300", 2u), (again[HeaderNames.SessionExpires], again[HeaderNames.MinSE], again.CSeq.Number));
        var absurd = peer.Response(again, 422, "tag2");
        absurd.Headers.Add(HeaderNames.MinSE, "4000000000");
        peer.Send(absurd, _two.Caller.Listeners[0].LocalEndPoint);
        Assert.Equal(InviteSessionState.Terminated, session.State);
    }

    [Theory]
    [InlineData("1800", 1800u, null)]
    [InlineData("90 ; refresher = UAS ;x=y", 90u, false)]
    [InlineData("99999999999;refresher=uac", uint.MaxValue, true)]
    public void Session_Expires_is_read(string text, uint seconds, bool? refresherIsUac)
    {
        var request = With(_two.Network.Peer().Request("INVITE"), $"x: {text}");
        Assert.Equal(new SessionExpires(seconds, refresherIsUac), SessionExpires.Of(request));
    }

    [Theory]
    [InlineData("")]
    [InlineData("-5")]
    [InlineData("abc;refresher=uac")]
    public void What_is_no_number_counts_as_absent(string text) =>
        Assert.Null(SessionExpires.Of(With(_two.Network.Peer().Request("INVITE"), $"Session-Expires: {text}")));

    /// <summary>A call from a peer with these headers, established.</summary>
    private RawPeer Peer(params string[] headers)
    {
        var peer = _two.Network.Peer();
        var invite = With(peer.Request("INVITE", "offer", callId: "timer"), headers);
        if (!invite.Headers.Contains("Allow")) invite.Headers.Add("Allow", "INVITE, ACK, BYE, UPDATE");
        peer.Send(invite, Callee);
        peer.Send(peer.Request("ACK", toTag: _two.CalleeSide.Session.LocalTag, callId: "timer"), Callee);
        Assert.Equal(InviteSessionState.Confirmed, _two.CalleeSide.Session.State);
        return peer;
    }

    private static SipRequest With(SipRequest request, params string[] headers)
    {
        foreach (var header in headers)
            request.Headers.Add(header.Split(':')[0], header.Split(':', 2)[1].Trim());
        return request;
    }

    private T Single<T>(Func<T, bool> predicate) => _two.Network.Sent.OfType<T>().Single(predicate);
}
