using CallCluster.Sip.Messages;
using CallCluster.Sip.Tests.Support;
using CallCluster.Sip.Uris;
using CallCluster.Sip.UserAgents;

namespace CallCluster.Sip.Tests.UserAgents;

/// <summary>A peer that is silent is given up in time, and what it says later rings and charges nobody.</summary>
public sealed class AbandonedInviteTests
{
    private readonly TwoEndpoints _two = new();
    private readonly RawPeer _peer;

    public AbandonedInviteTests()
    {
        _peer = _two.Network.Peer();
        _two.Caller.Invite(new InviteRequest
        {
            Target = SipUri.Parse($"sip:service@{_peer.Address}"),
            From = new NameAddress(TwoEndpoints.Uri(_two.Caller, "me")),
            Body = SipBody.Sdp("offer"),
            GiveUpAfter = TimeSpan.FromSeconds(4),
        }, _two.CallerSide);
        _two.Network.Pass(3.5);
        Assert.Empty(_two.CallerSide.Events);
    }

    [Fact]
    public void Silence_ends_the_INVITE_and_nothing_is_left()
    {
        _two.Network.Pass(0.6);
        Assert.Equal("ended RemoteReject", _two.CallerSide.Events[^1]);
        _two.AssertNothingLeft();
    }

    [Fact]
    public void A_peer_that_said_100_is_not_given_up()
    {
        Answer(100);
        _two.Network.Pass(20);
        Assert.Empty(_two.CallerSide.Events);
        Answer(200);
        Assert.Equal(["accepted"], _two.CallerSide.Events);
    }

    [Fact]
    public void A_late_ringing_is_cancelled()
    {
        _two.Network.Pass(1);
        Answer(180);
        Answer(183);
        Assert.Single(_peer.Requests, request => request.Method == "CANCEL");
    }

    [Fact]
    public void A_late_200_is_acknowledged_each_time_and_hung_up_once()
    {
        _two.Network.Pass(1);
        Answer(200);
        Answer(200);
        Assert.Equal(["ACK", "BYE", "ACK"], _peer.Requests.Where(request => request.Method != "INVITE").Select(request => request.Method));
        Assert.Equal("ended RemoteReject", _two.CallerSide.Events[^1]);
        _peer.Send(_peer.Response(_peer.LastRequest("BYE"), 200), Caller);
        _two.AssertNothingLeft();
    }

    private System.Net.IPEndPoint Caller => _two.Caller.Listeners[0].LocalEndPoint;

    private void Answer(int status) => _peer.Send(_peer.Response(_peer.LastRequest("INVITE"), status, status == 100 ? null : "peer", status == 200 ? "answer" : null), Caller);
}
