using CallCluster.Sip.Messages;
using CallCluster.Sip.Tests.Support;
using CallCluster.Sip.Uris;
using CallCluster.Sip.UserAgents;

namespace CallCluster.Sip.Tests.UserAgents;

/// <summary>RFC 3261 §9.</summary>
public sealed class CancelTests
{
    private readonly TwoEndpoints _two = new();

    [Fact]
    public void RFC3261_9_a_ringing_call_is_cancelled_with_200_and_487()
    {
        _two.CalleeSide.Offered = session => session.Progress(180);
        var session = _two.Call();
        _two.Network.Deliver();

        Assert.True(session.Cancel("SIP;cause=200;text=\"Call completed elsewhere\""));
        _two.Network.Deliver();

        Assert.Equal(1, _two.Network.Responses(200, SipMethods.Cancel));
        Assert.Equal(1, _two.Network.Responses(487, SipMethods.Invite));
        Assert.Equal(["progress 180", "ended Cancelled"], _two.CallerSide.Events);
        Assert.Equal(["invite", "cancelled", "ended Cancelled"], _two.CalleeSide.Events);
        var cancel = _two.Network.Sent.OfType<SipRequest>().Single(request => request.Method == "CANCEL");
        var invite = _two.Network.Sent.OfType<SipRequest>().First();
        Assert.Equal(invite.TopVia!.Branch, cancel.TopVia!.Branch);
        Assert.Equal("SIP;cause=200;text=\"Call completed elsewhere\"", cancel["Reason"]);
        _two.AssertNothingLeft();
    }

    [Fact]
    public void RFC3261_9_1_CANCEL_waits_for_the_first_provisional_response()
    {
        _two.CalleeSide.Offered = _ => { };
        var session = _two.Call();
        _two.Network.Deliver();

        session.Cancel();
        _two.Network.Deliver();
        Assert.Equal(0, _two.Network.Requests(SipMethods.Cancel));
        _two.Network.Pass(0.3); // 100 Trying

        Assert.Equal(1, _two.Network.Requests(SipMethods.Cancel));
        Assert.Equal(["ended Cancelled"], _two.CallerSide.Events);
    }

    [Fact]
    public void RFC3261_9_1_a_200_that_crosses_the_CANCEL_gets_ACK_and_BYE()
    {
        _two.CalleeSide.Offered = session => session.Progress(180);
        var session = _two.Call();
        _two.Network.Deliver();

        _two.CalleeSide.Session.Accept(SipBody.Sdp("answer"));
        session.Cancel();
        _two.Network.Deliver();

        Assert.Equal(["progress 180", "ended Cancelled"], _two.CallerSide.Events);
        Assert.Equal(["invite", "confirmed", "ended RemoteBye"], _two.CalleeSide.Events);
        Assert.Equal(1, _two.Network.Responses(200, SipMethods.Cancel));
        _two.AssertNothingLeft();
    }

    [Fact]
    public void RFC3261_9_1_a_peer_that_never_ends_a_cancelled_INVITE_is_left_after_64_T1()
    {
        var peer = _two.Network.Peer();
        var session = _two.Caller.Invite(
            new InviteRequest { Target = CallCluster.Sip.Uris.SipUri.Parse($"sip:x@{peer.Address}"), From = new NameAddress(TwoEndpoints.Uri(_two.Caller, "me")) }, _two.CallerSide);
        _two.Network.Deliver();
        peer.Send(peer.Response(peer.LastRequest("INVITE"), 180, "far"), _two.Caller.Listeners[0].LocalEndPoint);

        session.HangUp();
        _two.Network.Pass(33);

        Assert.Equal(["progress 180", "ended Cancelled"], _two.CallerSide.Events);
        _two.AssertNothingLeft();
    }

    [Fact]
    public void RFC3261_9_2_CANCEL_of_an_unknown_INVITE_gets_481()
    {
        var peer = _two.Network.Peer();

        peer.Send(peer.Request("CANCEL"), _two.Callee.Listeners[0].LocalEndPoint);

        Assert.Equal(481, peer.LastResponse.StatusCode);
    }

    [Fact]
    public void RFC3261_9_2_CANCEL_after_the_final_response_changes_nothing()
    {
        var peer = _two.Network.Peer();
        var callee = _two.Callee.Listeners[0].LocalEndPoint;
        peer.Send(peer.Request("INVITE", "offer", branch: "z9hG4bKsame"), callee);

        peer.Send(peer.Request("CANCEL", branch: "z9hG4bKsame"), callee);

        Assert.Equal("CANCEL", peer.LastResponse.CSeq.Method);
        Assert.Equal(200, peer.LastResponse.StatusCode);
        Assert.Equal(["invite"], _two.CalleeSide.Events);
    }

    [Fact]
    public void A_cancelled_session_takes_no_answer_any_more()
    {
        var peer = _two.Network.Peer();
        var callee = _two.Callee.Listeners[0].LocalEndPoint;
        _two.CalleeSide.Offered = session => session.Progress(180);
        peer.Send(peer.Request("INVITE", "offer", branch: "z9hG4bKsame"), callee);
        peer.Send(peer.Request("CANCEL", branch: "z9hG4bKsame"), callee);

        Assert.False(_two.CalleeSide.Session.Accept(null));
        Assert.False(_two.CalleeSide.Session.Progress(183));
        Assert.False(_two.CalleeSide.Session.Reject(486));
        Assert.Equal(487, peer.Responses.Last(response => response.CSeq.Method == "INVITE").StatusCode);
    }
}
