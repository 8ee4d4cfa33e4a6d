using CallCluster.Sip.Messages;
using CallCluster.Sip.Tests.Support;
using CallCluster.Sip.UserAgents;

namespace CallCluster.Sip.Tests.UserAgents;

/// <summary>RFC 3261 §14 and RFC 3311: offers within a session.</summary>
public sealed class OfferTests
{
    private readonly TwoEndpoints _two = new();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void RFC3261_14_either_side_may_send_a_re_INVITE(bool byCaller)
    {
        var caller = _two.Establish();
        var (from, to) = byCaller ? (_two.CallerSide, _two.CalleeSide) : (_two.CalleeSide, _two.CallerSide);
        var session = byCaller ? caller : _two.CalleeSide.Session;

        Assert.True(session.Reinvite(SipBody.Sdp("hold")));
        _two.Network.Deliver();

        Assert.Contains("offer 200", from.Events);
        Assert.Equal("re-answer", from.LastBody);
        Assert.Equal(["reinvite", "reinvite confirmed"], to.Events.TakeLast(2));
        Assert.True(session.Bye());
        _two.AssertNothingLeft();
    }

    [Fact]
    public void A_re_INVITE_without_offer_carries_the_answer_in_its_ACK()
    {
        var session = _two.Establish();
        _two.CallerSide.Accepted = _ => SipBody.Sdp("answer in ACK");

        session.Reinvite(null);
        _two.Network.Deliver();

        Assert.Equal("re-answer", _two.CallerSide.LastBody);
        Assert.Equal("answer in ACK", _two.CalleeSide.LastBody);
    }

    [Fact]
    public void A_refused_re_INVITE_leaves_the_session_as_it_was()
    {
        var session = _two.Establish();
        _two.CalleeSide.Reinvited = callee => callee.RejectOffer(488);

        session.Reinvite(SipBody.Sdp("video"));
        _two.Network.Deliver();

        Assert.Equal("offer 488", _two.CallerSide.Events[^1]);
        Assert.Equal(InviteSessionState.Confirmed, session.State);
        Assert.True(session.Reinvite(SipBody.Sdp("again")));
    }

    [Fact]
    public void RFC3261_14_1_glare_is_answered_491_by_both_and_both_get_through_after_their_delays()
    {
        var session = _two.Establish();

        session.Reinvite(SipBody.Sdp("from caller"));
        _two.CalleeSide.Session.Reinvite(SipBody.Sdp("from callee"));
        _two.Network.Deliver();
        Assert.Equal(2, _two.Network.Responses(491, SipMethods.Invite));
        _two.Network.Pass(2.05);
        Assert.Equal(["accepted", "reinvite", "reinvite confirmed"], _two.CallerSide.Events);
        _two.Network.Pass(2);

        Assert.Equal("offer 200", _two.CallerSide.Events[^1]);
        Assert.Contains("offer 200", _two.CalleeSide.Events);
        Assert.Equal(5, _two.Network.Requests(SipMethods.Invite));
    }

    [Fact]
    public void RFC3261_14_2_a_second_re_INVITE_before_the_first_is_answered_gets_500_with_Retry_After()
    {
        var (peer, callee) = CallFromPeer();
        _two.CalleeSide.Reinvited = _ => { };
        var tag = _two.CalleeSide.Session.LocalTag;
        peer.Send(peer.Request("INVITE", "one", toTag: tag, cseq: 2), callee);

        peer.Send(peer.Request("INVITE", "two", toTag: tag, cseq: 3), callee);

        Assert.Equal(500, peer.LastResponse.StatusCode);
        Assert.NotNull(peer.LastResponse["Retry-After"]);
        _two.CalleeSide.Session.AcceptOffer(SipBody.Sdp("answer"));
        _two.Network.Deliver();
        Assert.Equal(200, peer.LastResponse.StatusCode);
        Assert.Equal(2u, peer.LastResponse.CSeq.Number);
    }

    [Fact]
    public void A_cancelled_re_INVITE_gets_487_and_the_session_goes_on()
    {
        var (peer, callee) = CallFromPeer();
        _two.CalleeSide.Reinvited = _ => { };
        var tag = _two.CalleeSide.Session.LocalTag;
        peer.Send(peer.Request("INVITE", "one", branch: "z9hG4bKre", toTag: tag, cseq: 2), callee);

        peer.Send(peer.Request("CANCEL", branch: "z9hG4bKre", toTag: tag, cseq: 2), callee);

        Assert.Equal(487, peer.LastResponse.StatusCode);
        Assert.Equal(InviteSessionState.Confirmed, _two.CalleeSide.Session.State);
        Assert.False(_two.CalleeSide.Session.AcceptOffer(null));
    }

    [Fact]
    public void RFC3311_UPDATE_carries_an_offer_and_its_answer()
    {
        var session = _two.Establish();

        Assert.True(session.Update(SipBody.Sdp("update")));
        _two.Network.Deliver();

        Assert.Equal("update", _two.CalleeSide.Events[^1]);
        Assert.Equal("offer 200", _two.CallerSide.Events[^1]);
        Assert.Equal("re-answer", _two.CallerSide.LastBody);
        Assert.Equal(1, _two.Network.Requests(SipMethods.Ack));
    }

    [Fact]
    public void RFC3311_5_1_UPDATE_is_possible_in_an_early_dialog()
    {
        _two.CalleeSide.Offered = session => session.Progress(183, body: SipBody.Sdp("early answer"));
        var session = _two.Call();
        _two.Network.Deliver();

        Assert.True(session.Update(null));
        _two.Network.Deliver();

        Assert.Equal("offer 200", _two.CallerSide.Events[^1]);
        Assert.Equal(InviteSessionState.Early, session.State);
    }

    [Fact]
    public void RFC3261_12_2_a_re_INVITE_moves_the_remote_target()
    {
        var (peer, callee) = CallFromPeer();
        var moved = _two.Network.Peer();
        var tag = _two.CalleeSide.Session.LocalTag;
        var reinvite = peer.Request("INVITE", "one", toTag: tag, cseq: 2);
        reinvite.Headers.Set("Contact", $"<sip:peer@{moved.Address}>");
        peer.Send(reinvite, callee);
        var ack = peer.Request("ACK", toTag: tag, cseq: 2);
        peer.Send(ack, callee);

        _two.CalleeSide.Session.Bye();
        _two.Network.Deliver();

        Assert.Equal("sip:peer@" + moved.Address, _two.CalleeSide.Session.Dialog!.RemoteTarget.ToString());
    }

    [Theory]
    [InlineData(481)]
    [InlineData(408)]
    public void RFC3261_12_2_1_2_a_lost_dialog_ends_the_session_with_BYE(int status)
    {
        var (peer, callee) = CallFromPeer();
        _two.CalleeSide.Session.Reinvite(SipBody.Sdp("offer"));
        _two.Network.Deliver();

        peer.Send(peer.Response(peer.LastRequest("INVITE"), status), callee);

        Assert.Equal([$"offer {status}", "ended DialogLost"], _two.CalleeSide.Events.TakeLast(2));
        Assert.Equal("BYE", peer.Requests.Last().Method);
    }

    private (RawPeer Peer, System.Net.IPEndPoint Callee) CallFromPeer()
    {
        var peer = _two.Network.Peer();
        var callee = _two.Callee.Listeners[0].LocalEndPoint;
        peer.Send(peer.Request("INVITE", "offer"), callee);
        peer.Send(peer.Request("ACK", toTag: _two.CalleeSide.Session.LocalTag), callee);
        Assert.Equal(InviteSessionState.Confirmed, _two.CalleeSide.Session.State);
        return (peer, callee);
    }
}
