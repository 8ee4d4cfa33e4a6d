using System.Net;
using CallCluster.Sip.Messages;
using CallCluster.Sip.Tests.Support;
using CallCluster.Sip.Uris;
using CallCluster.Sip.UserAgents;

namespace CallCluster.Sip.Tests.UserAgents;

/// <summary>RFC 3261 §13.2.2: one INVITE, several peers behind a forking proxy that the test plays.</summary>
public sealed class ForkingTests
{
    private readonly TwoEndpoints _two = new();
    private readonly RawPeer _left;
    private readonly RawPeer _right;
    private readonly InviteSession _session;
    private readonly SipRequest _invite;

    public ForkingTests()
    {
        _left = _two.Network.Peer();
        _right = _two.Network.Peer();
        _session = _two.Caller.Invite(
            new InviteRequest { Target = SipUri.Parse($"sip:group@{_left.Address}"), From = new NameAddress(TwoEndpoints.Uri(_two.Caller, "me")), Body = SipBody.Sdp("offer") },
            _two.CallerSide);
        _two.Network.Deliver();
        _invite = _left.LastRequest("INVITE");
    }

    [Fact]
    public void Two_early_dialogs_then_two_200s_the_first_wins_and_the_other_gets_ACK_and_BYE()
    {
        Answer(_left, 180, "left");
        Answer(_right, 183, "right");
        Assert.Equal(2, _two.Caller.Dialogs.DialogCount);

        Answer(_right, 200, "right");
        Answer(_left, 200, "left");

        Assert.Equal(["progress 180", "progress 183", "accepted"], _two.CallerSide.Events);
        Assert.Equal("right", _session.Dialog!.Id.RemoteTag);
        Assert.Equal(["ACK"], _right.Requests.Select(request => request.Method));
        Assert.Equal(["INVITE", "ACK", "BYE"], _left.Requests.Select(request => request.Method));
        Assert.Equal("left", _left.LastRequest("BYE").To.Tag);
        Assert.Equal(1, _two.Caller.Dialogs.DialogCount);
        _left.Send(_left.Response(_left.LastRequest("BYE"), 200), Caller);
        _session.Bye();
        _two.Network.Deliver();
        _right.Send(_right.Response(_right.LastRequest("BYE"), 200), Caller);
        _two.AssertNothingLeft();
    }

    [Fact]
    public void RFC6026_each_repeated_200_is_acknowledged_again_with_the_same_ACK()
    {
        Answer(_left, 200, "left");
        Answer(_left, 200, "left");

        var acks = _left.Requests.Where(request => request.Method == "ACK").ToArray();
        Assert.Equal(2, acks.Length);
        Assert.Equal(acks[0].TopVia!.Branch, acks[1].TopVia!.Branch);
        Assert.Equal(["accepted"], _two.CallerSide.Events);
    }

    [Fact]
    public void RFC3261_13_2_2_4_a_repeated_200_waits_with_the_first_while_the_name_in_its_Contact_is_looked_up()
    {
        var lookUp = new TaskCompletionSource();
        _two.Caller.Transport.Names = new FakeNames { OtherHosts = [_left.Address.Address], Until = lookUp.Task };
        var answer = _left.Response(_invite, 200, "left", "answer");
        answer.Headers.Set("Contact", "<sip:peer@phone.example>");

        _left.Send(answer, Caller);
        _left.Send(answer, Caller);
        Assert.Equal(["INVITE"], _left.Requests.Select(request => request.Method));

        lookUp.SetResult();
        _two.Network.Deliver();
        _left.Send(answer, Caller);
        Assert.Equal(["INVITE", "ACK", "ACK"], _left.Requests.Select(request => request.Method));
        Assert.Equal(InviteSessionState.Confirmed, _session.State);
    }

    [Fact]
    public void A_refusal_ends_all_early_dialogs()
    {
        Answer(_left, 180, "left");
        Answer(_right, 180, "right");

        Answer(_left, 486, "left");

        Assert.Equal("ended RemoteReject", _two.CallerSide.Events[^1]);
        Assert.Equal(0, _two.Caller.Dialogs.DialogCount);
    }

    [Fact]
    public void A_peer_cannot_open_more_than_32_forks()
    {
        for (var i = 0; i < 50; i++)
            Answer(_left, 180, $"fork-{i}");

        Assert.Equal(32, _two.Caller.Dialogs.DialogCount);
    }

    private System.Net.IPEndPoint Caller => _two.Caller.Listeners[0].LocalEndPoint;

    private void Answer(RawPeer peer, int status, string tag) => peer.Send(peer.Response(_invite, status, tag, status == 200 ? "answer" : null), Caller);
}
