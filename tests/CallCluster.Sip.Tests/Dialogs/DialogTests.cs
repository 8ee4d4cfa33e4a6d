using CallCluster.Sip.Dialogs;
using CallCluster.Sip.Messages;
using CallCluster.Sip.Tests.Support;
using CallCluster.Sip.Uris;
using CallCluster.Sip.UserAgents;

namespace CallCluster.Sip.Tests.Dialogs;

/// <summary>RFC 3261 §12.</summary>
public sealed class DialogTests
{
    [Fact]
    public void RFC3261_12_1_1_the_callee_takes_the_route_set_in_order_of_Record_Route()
    {
        var dialog = Dialog.ForServer(Invite("<sip:p1;lr>, <sip:p2;lr>"), "us");

        Assert.Equal(["<sip:p1;lr>", "<sip:p2;lr>"], dialog.RouteSet.Select(route => route.ToString()));
        Assert.Equal(new DialogId("id", "us", "them"), dialog.Id);
        Assert.Equal("sip:them@10.0.0.2", dialog.RemoteTarget.ToString());
        Assert.False(dialog.IsInitiator);
    }

    [Fact]
    public void RFC3261_12_1_2_the_caller_takes_the_route_set_in_reverse()
    {
        var invite = Invite(null);
        var response = SipResponse.For(invite, 200, null, "far");
        response.Headers.Add("Record-Route", "<sip:p1;lr>, <sip:p2;lr>");
        response.Headers.Add("Contact", "<sip:far@10.0.0.3>");

        var dialog = Dialog.ForClient(invite, response);

        Assert.Equal(["<sip:p2;lr>", "<sip:p1;lr>"], dialog.RouteSet.Select(route => route.ToString()));
        Assert.Equal(new DialogId("id", "them", "far"), dialog.Id);
        Assert.True(dialog.IsInitiator);
    }

    [Fact]
    public void RFC3261_12_2_1_1_a_loose_route_goes_into_Route_and_the_target_into_the_Request_URI()
    {
        var dialog = Dialog.ForServer(Invite("<sip:p1;lr>, <sip:p2;lr>"), "us");

        var request = dialog.CreateRequest("BYE");

        Assert.Equal("sip:them@10.0.0.2", request.RequestUri.ToString());
        Assert.Equal(["sip:p1;lr", "sip:p2;lr"], request.Route.Select(route => route.Uri.ToString()));
        Assert.Equal("sip:p1;lr", dialog.NextHop.ToString());
        Assert.Equal("us", request.From.Tag);
        Assert.Equal("them", request.To.Tag);
    }

    [Fact]
    public void RFC3261_12_2_1_1_a_strict_router_goes_into_the_Request_URI_and_the_target_last_into_Route()
    {
        var dialog = Dialog.ForServer(Invite("<sip:p1>, <sip:p2;lr>"), "us");

        var request = dialog.CreateRequest("BYE");

        Assert.Equal("sip:p1", request.RequestUri.ToString());
        Assert.Equal(["sip:p2;lr", "sip:them@10.0.0.2"], request.Route.Select(route => route.Uri.ToString()));
    }

    [Fact]
    public void RFC3261_12_2_1_1_CSeq_rises_by_one_with_each_request_and_ACK_takes_that_of_its_INVITE()
    {
        var dialog = Dialog.ForServer(Invite(null), "us");

        Assert.Equal(1u, dialog.CreateRequest("INVITE").CSeq.Number);
        Assert.Equal(2u, dialog.CreateRequest("INFO").CSeq.Number);
        Assert.Equal(new CSeq(1, "ACK"), dialog.CreateRequest("ACK", 1).CSeq);
        Assert.Equal(2u, dialog.LocalCSeq);
    }

    [Fact]
    public void RFC3261_12_2_2_a_lower_CSeq_is_out_of_order()
    {
        var dialog = Dialog.ForServer(Invite(null), "us");
        var request = Invite(null);

        request.CSeq = new CSeq(9, "INFO");
        Assert.True(dialog.TryAdvance(request));
        Assert.Equal(9u, dialog.RemoteCSeq);
        request.CSeq = new CSeq(8, "INFO");
        Assert.False(dialog.TryAdvance(request));
        Assert.Equal(9u, dialog.RemoteCSeq);
    }

    [Fact]
    public void RFC3261_12_2_2_a_request_with_a_lower_CSeq_gets_500()
    {
        var network = new MemoryNetwork();
        var application = new Recorder();
        var endpoint = network.Endpoint(application);
        var address = endpoint.Listeners[0].LocalEndPoint;
        var peer = network.Peer();
        peer.Send(peer.Request("INVITE", "offer", cseq: 10), address);
        var tag = application.Session.LocalTag;
        peer.Send(peer.Request("ACK", toTag: tag, cseq: 10), address);

        peer.Send(peer.Request("BYE", toTag: tag, cseq: 3), address);
        Assert.Equal(500, peer.LastResponse.StatusCode);
        Assert.Equal(InviteSessionState.Confirmed, application.Session.State);
        peer.Send(peer.Request("BYE", toTag: tag, cseq: 11), address);

        Assert.Equal(200, peer.LastResponse.StatusCode);
        Assert.Equal("ended RemoteBye", application.Events[^1]);
    }

    [Fact]
    public void RFC3261_12_1_1_responses_that_make_a_dialog_carry_Record_Route_and_Contact()
    {
        var network = new MemoryNetwork();
        var application = new Recorder { Offered = session => session.Progress(180) };
        var endpoint = network.Endpoint(application);
        var peer = network.Peer();
        var invite = peer.Request("INVITE", "offer");
        invite.Headers.Add("Record-Route", "<sip:p1;lr>");
        peer.Send(invite, endpoint.Listeners[0].LocalEndPoint);
        application.Session.Accept(SipBody.Sdp("answer"));
        network.Deliver();

        foreach (var response in peer.Responses)
        {
            Assert.Equal("<sip:p1;lr>", response["Record-Route"]);
            Assert.Equal("sip:service@10.0.0.1:5060", Assert.Single(response.Contact).Uri.ToString());
            Assert.Equal(application.Session.LocalTag, response.To.Tag);
        }

        Assert.Equal([180, 200], peer.Responses.Select(response => response.StatusCode));
    }

    [Fact]
    public void An_application_chooses_local_tag_and_Contact_user_on_both_sides()
    {
        var network = new MemoryNetwork();
        var recorder = new Recorder();
        var callee = network.Endpoint(new Chooser(recorder));
        var peer = network.Peer();
        peer.Send(peer.Request("INVITE", "offer"), callee.Listeners[0].LocalEndPoint);
        Assert.Equal("leg-7.mac", peer.LastResponse.To.Tag);
        Assert.Equal("call-7.mac", peer.LastResponse.Contact[0].Uri.User);

        callee.Invite(
            new InviteRequest
            {
                Target = SipUri.Parse($"sip:x@{peer.Address}"),
                From = new NameAddress(SipUri.Parse("sip:me@x")),
                LocalTag = "leg-8",
                ContactUser = "call-8",
                CallId = "id-8",
            },
            recorder);
        network.Deliver();

        var invite = peer.LastRequest("INVITE");
        Assert.Equal("leg-8", invite.From.Tag);
        Assert.Equal("call-8", invite.Contact[0].Uri.User);
        Assert.Equal("id-8", invite.CallId);
    }

    [Fact]
    public void A_caller_behind_NAT_is_reached_where_it_came_from()
    {
        var network = new MemoryNetwork();
        var application = new Recorder();
        var endpoint = network.Endpoint(application);
        var peer = network.Peer();
        var invite = peer.Request("INVITE", "offer");
        invite.Headers.Set("Contact", "<sip:peer@192.168.1.2>");
        peer.Send(invite, endpoint.Listeners[0].LocalEndPoint);
        peer.Send(peer.Request("ACK", toTag: application.Session.LocalTag), endpoint.Listeners[0].LocalEndPoint);

        application.Session.Bye();
        network.Deliver();

        Assert.Equal("sip:peer@192.168.1.2", peer.LastRequest("BYE").RequestUri.ToString());
    }

    [Fact]
    public void A_phone_is_called_where_it_registered_from()
    {
        var network = new MemoryNetwork();
        var application = new Recorder();
        var endpoint = network.Endpoint(application);
        var phone = network.Peer();
        var session = endpoint.Invite(
            new InviteRequest
            {
                Target = SipUri.Parse("sip:alice@192.168.1.2"),
                From = new NameAddress(SipUri.Parse("sip:me@x")),
                NextHop = SipUri.Parse($"sip:{phone.Address}"),
            },
            application);
        network.Deliver();
        var ok = SipResponse.For(phone.LastRequest("INVITE"), 200, null, "phone");
        ok.Headers.Add("Contact", "<sip:alice@192.168.1.2>");
        phone.Send(ok, endpoint.Listeners[0].LocalEndPoint);
        session.Bye();
        network.Deliver();

        Assert.Equal(["INVITE", "ACK", "BYE"], phone.Requests.Select(request => request.Method));
        Assert.Equal("sip:alice@192.168.1.2", phone.LastRequest("BYE").RequestUri.ToString());
    }

    private static SipRequest Invite(string? recordRoute)
    {
        var request = TransactionBench.Request("INVITE", "z9hG4bKd");
        request.Headers.Set("From", "<sip:them@b>;tag=them");
        request.Headers.Set("Call-ID", "id");
        request.Headers.Add("Contact", "<sip:them@10.0.0.2>");
        if (recordRoute is not null)
            request.Headers.Add("Record-Route", recordRoute);
        return request;
    }

    private sealed class Chooser(Recorder recorder) : ISipEndpointHandler
    {
        public void OnInvite(IncomingInvite invite) => invite.Open(recorder, "leg-7.mac", "call-7.mac").Accept(SipBody.Sdp("answer"));
    }
}
