using System.Net;
using CallCluster.Sip.Messages;
using CallCluster.Sip.Tests.Support;
using CallCluster.Sip.UserAgents;

namespace CallCluster.Sip.Tests.Provisional;

/// <summary>RFC 3262, both roles.</summary>
public sealed class ReliableProgressTests
{
    private readonly TwoEndpoints _two = new();

    private IPEndPoint Callee => _two.Callee.Listeners[0].LocalEndPoint;

    private IPEndPoint Caller => _two.Caller.Listeners[0].LocalEndPoint;

    [Fact]
    public void A_description_goes_reliably_to_who_can_and_the_200_waits_for_its_PRACK()
    {
        _two.CalleeSide.Offered = session =>
        {
            session.Progress(183, body: SipBody.Sdp("early"));
            session.Accept(SipBody.Sdp("answer"));
        };
        _two.Network.Drop = message => message is SipRequest { Method: SipMethods.Prack } && _two.Network.Requests(SipMethods.Prack) == 1;
        var session = _two.Call();
        _two.Network.Deliver();
        Assert.Equal(0, _two.Network.Responses(200, SipMethods.Invite));

        _two.Network.Pass(1);

        Assert.Equal(["progress 183", "accepted"], _two.CallerSide.Events);
        Assert.Equal(1, _two.Network.Responses(200, SipMethods.Prack));
        session.Bye();
        _two.AssertNothingLeft();
    }

    [Fact]
    public void Several_are_sent_one_after_the_other_and_the_last_is_kept()
    {
        var peer = Peer("Require", () => _two.CalleeSide.Session.Progress(180));
        _two.CalleeSide.Session.Progress(182);
        _two.CalleeSide.Session.Progress(183);
        _two.Network.Deliver();
        Assert.Equal([180], peer.Responses.Select(response => response.StatusCode));
        var first = uint.Parse(peer.LastResponse[HeaderNames.RSeq]!);

        Acknowledge(peer, first, 2);

        var statuses = peer.Responses.Where(response => response.CSeq.Method == SipMethods.Invite).Select(response => response.StatusCode);
        Assert.Equal([180, 183], statuses);
        Assert.Equal((first + 1).ToString(), peer.Responses.Last(response => response.StatusCode == 183)[HeaderNames.RSeq]);
    }

    [Fact]
    public void Without_PRACK_it_is_sent_again_ever_more_slowly_and_then_the_INVITE_fails()
    {
        var peer = Peer("Require", () => _two.CalleeSide.Session.Progress(180));

        _two.Network.Pass(3.6);
        Assert.Equal(4, peer.Responses.Count(response => response.StatusCode == 180)); // at 0, 0.5, 1.5, 3.5 s
        _two.Network.Pass(30);

        Assert.Contains(peer.Responses, response => response.StatusCode == 504);
        Assert.Equal("ended NoAck", _two.CalleeSide.Events[^1]);
    }

    [Fact]
    public void A_PRACK_for_nothing_gets_481()
    {
        var peer = Peer("Require", () => _two.CalleeSide.Session.Progress(180));
        var rseq = uint.Parse(peer.LastResponse[HeaderNames.RSeq]!);

        Acknowledge(peer, rseq + 1, 2);
        Assert.Equal(481, peer.LastResponse.StatusCode);
        Acknowledge(peer, rseq, 3);
        Assert.Equal(200, peer.LastResponse.StatusCode);
        Acknowledge(peer, rseq, 4);
        Assert.Equal(481, peer.LastResponse.StatusCode);
    }

    [Fact]
    public void Who_does_not_ask_is_not_bothered()
    {
        var peer = Peer("Supported", () => _two.CalleeSide.Session.Progress(180));
        Assert.Null(peer.LastResponse[HeaderNames.RSeq]);
    }

    [Fact]
    public void A_cancelled_INVITE_is_over_though_its_PRACK_never_came()
    {
        var peer = Peer("Require", () => _two.CalleeSide.Session.Progress(180));
        peer.Send(peer.Request("CANCEL", branch: "z9hG4bKrel", callId: "rel"), Callee);
        Assert.Equal(487, peer.Responses.Last(response => response.CSeq.Method == SipMethods.Invite).StatusCode);
        Assert.Equal("ended Cancelled", _two.CalleeSide.Events[^1]);
        peer.Send(peer.Request("ACK", branch: "z9hG4bKrel", callId: "rel"), Callee);
        _two.AssertNothingLeft();
    }

    [Fact]
    public void As_caller_each_is_acknowledged_once_in_order_and_a_gap_is_not()
    {
        var peer = _two.Network.Peer();
        _two.Caller.Invite(new InviteRequest { Target = CallCluster.Sip.Uris.SipUri.Parse($"sip:x@{peer.Address}"), From = new NameAddress(TwoEndpoints.Uri(_two.Caller, "caller")), Body = SipBody.Sdp("offer") }, _two.CallerSide);
        _two.Network.Deliver();
        var invite = peer.LastRequest(SipMethods.Invite);
        Assert.Contains("100rel", invite.Supported);

        Ring(180, 7);
        Assert.Equal("7 1 INVITE", peer.LastRequest(SipMethods.Prack)[HeaderNames.RAck]);
        Ring(180, 7);
        Ring(183, 9);
        Assert.Single(peer.Requests, request => request.Method == SipMethods.Prack);
        Ring(183, 8);

        Assert.Equal("8 1 INVITE", peer.LastRequest(SipMethods.Prack)[HeaderNames.RAck]);
        Assert.Equal(["progress 180", "progress 183"], _two.CallerSide.Events);

        void Ring(int status, uint rseq)
        {
            var response = peer.Response(invite, status, "tag");
            response.Headers.Add(HeaderNames.Require, "100rel");
            response.Headers.Add(HeaderNames.RSeq, rseq.ToString());
            peer.Send(response, Caller);
        }
    }

    [Fact]
    public void An_INVITE_without_offer_does_not_ask_for_an_offer_that_only_PRACK_could_answer()
    {
        _two.Call(lateOffer: true);
        _two.Network.Deliver();
        Assert.DoesNotContain("100rel", _two.Network.Sent.OfType<SipRequest>().First().Supported);
    }

    private RawPeer Peer(string header, Action ring)
    {
        _two.CalleeSide.Offered = _ => { };
        var peer = _two.Network.Peer();
        var invite = peer.Request("INVITE", "offer", branch: "z9hG4bKrel", callId: "rel");
        invite.Headers.Add(header, "100rel");
        peer.Send(invite, Callee);
        ring();
        _two.Network.Deliver();
        return peer;
    }

    private void Acknowledge(RawPeer peer, uint rseq, uint cseq)
    {
        var prack = peer.Request("PRACK", callId: "rel", toTag: _two.CalleeSide.Session.LocalTag, cseq: cseq);
        prack.Headers.Add(HeaderNames.RAck, $"{rseq} 1 INVITE");
        peer.Send(prack, Callee);
    }
}
