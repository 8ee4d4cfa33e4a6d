using CallCluster.Sip.Messages;
using CallCluster.Sip.Tests.Support;
using CallCluster.Sip.Transports;
using CallCluster.Sip.Uris;
using CallCluster.Sip.UserAgents;

namespace CallCluster.Sip.Tests.Flows;

/// <summary>
/// A phone whose Contact leads nowhere has registered at one edge, and is called by it and by another (RFC 5626, RFC 3327). What is sent to the Contact is lost.
/// </summary>
public sealed class FlowTests
{
    private readonly MemoryNetwork _network = new();
    private readonly Recorder _otherSide = new();
    private readonly Recorder _phoneSide = new();
    private readonly SipEndpoint _other;
    private readonly SipEndpoint _edge;
    private readonly SipEndpoint _phone;
    private readonly SipUri _path;

    public FlowTests()
    {
        SipUri? path = null;
        var edgeSide = new Recorder
        {
            Requested = request =>
            {
                path = request.FlowPath;
                request.Respond(200);
            },
        };
        _other = _network.Endpoint(_otherSide);
        _edge = _network.Endpoint(edgeSide);
        _phone = _network.Endpoint(_phoneSide, advertisedHost: "192.168.1.50");
        _phone.SendRequest(new SipRequest("REGISTER", TwoEndpoints.Uri(_edge, "registrar")) { From = Address("phone"), To = Address("phone") }, (_, _) => { });
        _network.Deliver();
        _path = path!;
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_call_runs_over_the_flow_from_INVITE_to_BYE(bool fromOtherEdge)
    {
        var session = Call(fromOtherEdge);
        _network.Deliver();
        Assert.Equal(InviteSessionState.Confirmed, session.State);
        Assert.Equal(InviteSessionState.Confirmed, _phoneSide.Session.State); // the ACK came

        _phoneSide.Session.Reinvite(SipBody.Sdp("hold"));
        _network.Deliver();
        session.Reinvite(SipBody.Sdp("re-offer"));
        _network.Deliver();
        session.Bye();
        _network.Deliver();

        Assert.Equal(["invite", "confirmed", "offer 200", "reinvite", "reinvite confirmed", "ended RemoteBye"], _phoneSide.Events);
        Assert.Equal(["accepted", "reinvite", "reinvite confirmed", "offer 200", "ended LocalBye"], _otherSide.Events);
        AssertNothingWasRepeated();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_phone_hangs_up(bool fromOtherEdge)
    {
        var session = Call(fromOtherEdge);
        _network.Deliver();

        _phoneSide.Session.Bye();
        _network.Deliver();

        Assert.Equal(InviteSessionState.Terminated, session.State);
        Assert.Equal("ended RemoteBye", _otherSide.Events[^1]);
        AssertNothingWasRepeated();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void CANCEL_and_the_ACK_of_a_refusal_take_the_way_of_the_INVITE(bool fromOtherEdge)
    {
        _phoneSide.Offered = session => session.Progress(180);
        var cancelled = Call(fromOtherEdge);
        _network.Deliver();
        cancelled.Cancel();
        _network.Deliver();
        _phoneSide.Offered = session => session.Reject(486);
        Call(fromOtherEdge);
        _network.Deliver();
        _network.Pass(40);

        Assert.Equal(["progress 180", "ended Cancelled", "rejected 486", "ended RemoteReject"], _otherSide.Events);
        AssertNothingWasRepeated();
        Assert.Equal(0, _phone.Transactions.Count);
    }

    [Fact]
    public void The_hop_keeps_no_state()
    {
        Call(fromOtherEdge: true);
        _network.Deliver();
        _network.Pass(40);

        Assert.Equal(0, _edge.Transactions.Count);
        Assert.Equal(0, _edge.Dialogs.SessionCount);
        Assert.Equal(0, _edge.Timers.Count);
    }

    [Fact]
    public void A_lost_message_is_repeated_by_the_caller_through_the_hop()
    {
        var lost = false;
        _network.Drop = message => message is SipRequest { Method: "INVITE" } request && request.Via.Count == 2 && !lost && (lost = true);

        var session = Call(fromOtherEdge: true);
        _network.Pass(1);

        Assert.True(lost);
        Assert.Equal(InviteSessionState.Confirmed, session.State);
    }

    [Fact]
    public void A_token_that_somebody_else_made_leads_nowhere()
    {
        var token = _path.User!;
        var forged = _path.WithUser(token[..^1] + (token[^1] == '0' ? '1' : '0'));

        _other.Invite(new InviteRequest { Target = Contact, From = Address("caller"), Route = [forged] }, _otherSide);
        _network.Deliver();

        Assert.Empty(_phoneSide.Events);
    }

    [Fact]
    public void RFC3261_16_3_a_request_that_has_gone_too_far_is_refused()
    {
        var peer = _network.Peer();
        var options = peer.Request("OPTIONS");
        options.Headers.Add("Route", $"<{_path}>");
        options.MaxForwards = 0;

        peer.Send(options, _edge.Listeners[0].LocalEndPoint);

        Assert.Equal(483, peer.LastResponse.StatusCode);
        Assert.DoesNotContain("OPTIONS", _phoneSide.Events);
    }

    [Fact]
    public void The_way_back_is_for_dialogs_only()
    {
        Call(fromOtherEdge: true);
        _network.Deliver();
        var back = _phoneSide.LastInvite!.Request.RecordRoute[0];
        var peer = _network.Peer();
        var invite = peer.Request("INVITE");
        invite.Headers.Add("Route", back.ToString());

        peer.Send(invite, _edge.Listeners[0].LocalEndPoint);

        Assert.Equal(403, peer.LastResponse.StatusCode);
    }

    private static SipUri Contact => SipUri.Parse("sip:phone@192.168.1.50:5060");

    private static NameAddress Address(string user) => new(SipUri.Parse($"sip:{user}@cluster.example"));

    private InviteSession Call(bool fromOtherEdge) => (fromOtherEdge ? _other : _edge).Invite(
        new InviteRequest { Target = Contact, From = Address("caller"), Route = [_path], Body = SipBody.Sdp("offer") }, _otherSide);

    private void AssertNothingWasRepeated()
    {
        var sent = _network.Sent.Select(message => (message.TopVia!.Branch, message.CSeq.Method, (message as SipRequest)?.Method, (message as SipResponse)?.StatusCode)).ToArray();
        Assert.Equal(sent.Distinct().Count(), sent.Length);
    }
}
