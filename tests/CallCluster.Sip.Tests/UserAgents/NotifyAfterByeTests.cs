using CallCluster.Sip.Messages;
using CallCluster.Sip.Tests.Support;
using CallCluster.Sip.Uris;
using CallCluster.Sip.UserAgents;

namespace CallCluster.Sip.Tests.UserAgents;

/// <summary>A subscription of REFER shares the dialog, and the peer's BYE does not end it (RFC 5057 4.1).</summary>
public sealed class NotifyAfterByeTests : IInviteSessionHandler
{
    private readonly TwoEndpoints _two = new(options: new SipEndpointOptions { Allow = [.. SipEndpointOptions.DefaultAllow, SipMethods.Notify] });
    private readonly List<string> _told = [];
    private readonly RawPeer _peer;
    private readonly InviteSession _session;
    private bool _takes = true;

    public NotifyAfterByeTests()
    {
        _peer = _two.Network.Peer();
        _session = _two.Caller.Invite(new InviteRequest { Target = SipUri.Parse($"sip:service@{_peer.Address}"), From = new NameAddress(TwoEndpoints.Uri(_two.Caller, "me")), Body = SipBody.Sdp("offer") }, this);
        _two.Network.Deliver();
        _peer.Send(_peer.Response(_peer.LastRequest("INVITE"), 200, "peer", "answer"), Caller);
    }

    [Fact]
    public void A_NOTIFY_is_taken_until_nobody_waits_for_it_and_nothing_else_is()
    {
        _session.OutlivesBye = true;
        Assert.Equal(200, Send("BYE", 1));
        Assert.Equal(200, Send("NOTIFY", 2));
        Assert.Equal(481, Send("INFO", 3));
        _session.OutlivesBye = false;
        Assert.Equal(481, Send("NOTIFY", 4));
        Assert.Equal(["ended RemoteBye", "NOTIFY"], _told);
        _two.AssertNothingLeft();
    }

    [Fact]
    public void Without_it_the_dialog_is_gone_with_the_BYE()
    {
        Assert.Equal(200, Send("BYE", 1));
        Assert.Equal(481, Send("NOTIFY", 2));
        _session.OutlivesBye = true;
        Assert.Equal(481, Send("NOTIFY", 3));
        _two.AssertNothingLeft();
    }

    [Fact]
    public void After_our_own_BYE_nobody_waits_for_it()
    {
        _session.OutlivesBye = true;
        Assert.True(_session.Bye());
        _two.Network.Deliver();
        Assert.Equal(481, Send("NOTIFY", 1));
        _peer.Send(_peer.Response(_peer.LastRequest("BYE"), 200, "peer"), Caller);
        Assert.Equal(["ended LocalBye"], _told);
        _two.AssertNothingLeft();
    }

    [Fact]
    public void One_that_nobody_asked_for_is_told_so()
    {
        _takes = false;
        Assert.Equal(481, Send("NOTIFY", 1));
        Assert.Equal(405, Send("MESSAGE", 2));
    }

    void IInviteSessionHandler.OnRequest(InviteSession session, IncomingRequest request)
    {
        _told.Add(request.Method);
        if (_takes) request.Respond(200);
        else request.RespondUnhandled();
    }

    void IInviteSessionHandler.OnEnded(InviteSession session, SessionEndCause cause, SipMessage? message) => _told.Add($"ended {cause}");

    private System.Net.IPEndPoint Caller => _two.Caller.Listeners[0].LocalEndPoint;

    private int Send(string method, uint cseq)
    {
        _peer.Send(_peer.Request(method, callId: _session.CallId, toTag: _session.LocalTag, cseq: cseq), Caller);
        return _peer.LastResponse.StatusCode;
    }
}
