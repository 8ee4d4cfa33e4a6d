using CallCluster.Sip.Messages;
using CallCluster.Sip.Tests.Support;
using CallCluster.Sip.Transports;
using CallCluster.Sip.UserAgents;

namespace CallCluster.Sip.Tests.UserAgents;

/// <summary>RFC 3261 §13 to §15 between two endpoints.</summary>
public sealed class InviteSessionTests
{
    private readonly TwoEndpoints _two = new();

    [Theory]
    [InlineData(SipTransportProtocol.Udp)]
    [InlineData(SipTransportProtocol.Tcp)]
    public void A_call_is_made_answered_and_ended_by_the_caller(SipTransportProtocol protocol)
    {
        var two = new TwoEndpoints(protocol);

        var session = two.Establish();
        Assert.Equal(["accepted"], two.CallerSide.Events);
        Assert.Equal(["invite", "confirmed"], two.CalleeSide.Events);
        Assert.True(session.Bye());
        two.Network.Deliver();

        Assert.Equal(["accepted", "ended LocalBye"], two.CallerSide.Events);
        Assert.Equal(["invite", "confirmed", "ended RemoteBye"], two.CalleeSide.Events);
        Assert.Equal(1, two.Network.Responses(200, SipMethods.Bye));
        two.AssertNothingLeft();
        Assert.Equal(1, two.Network.Requests(SipMethods.Invite));
        Assert.Equal(1, two.Network.Requests(SipMethods.Ack));
    }

    [Fact]
    public void The_callee_may_end_it_too_and_the_reason_travels()
    {
        _two.Establish();

        Assert.True(_two.CalleeSide.Session.Bye("Q.850;cause=16"));
        _two.Network.Deliver();

        Assert.Equal("ended RemoteBye", _two.CallerSide.Events[^1]);
        Assert.Equal("Q.850;cause=16", _two.Network.Sent.OfType<SipRequest>().Single(request => request.Method == "BYE")["Reason"]);
        _two.AssertNothingLeft();
    }

    [Fact]
    public void Progress_reaches_the_caller_before_the_answer()
    {
        _two.CalleeSide.Offered = session => session.Progress(180);
        var session = _two.Call();
        _two.Network.Deliver();
        Assert.Equal(InviteSessionState.Early, session.State);
        Assert.False(session.Dialog!.IsConfirmed);

        _two.CalleeSide.Session.Accept(SipBody.Sdp("answer"));
        _two.Network.Deliver();

        Assert.Equal(["progress 180", "accepted"], _two.CallerSide.Events);
        Assert.Equal("answer", _two.CallerSide.LastBody);
        Assert.True(session.Dialog!.IsConfirmed);
    }

    [Fact]
    public void RFC3261_13_3_1_1_a_waiting_call_repeats_its_provisional_response_each_minute()
    {
        _two.CalleeSide.Offered = session => session.Progress(182);
        _two.Call();

        _two.Network.Pass(185);

        Assert.Equal(4, _two.Network.Responses(182, SipMethods.Invite));
    }

    [Fact]
    public void RFC3261_17_2_1_100_Trying_leaves_after_200_ms_when_nobody_answered()
    {
        _two.CalleeSide.Offered = _ => { };
        _two.Call();
        _two.Network.Pass(0.15);
        Assert.Equal(0, _two.Network.Responses(100, SipMethods.Invite));

        _two.Network.Pass(0.1);

        Assert.Equal(1, _two.Network.Responses(100, SipMethods.Invite));
        _two.Network.Pass(5);
        Assert.Equal(1, _two.Network.Requests(SipMethods.Invite));
    }

    [Fact]
    public void A_refused_call_ends_on_both_sides()
    {
        _two.CalleeSide.Offered = session => session.Reject(486, headers: [("Retry-After", "5")]);
        var session = _two.Call();
        _two.Network.Deliver();

        Assert.Equal(["rejected 486", "ended RemoteReject"], _two.CallerSide.Events);
        Assert.Equal(["invite", "ended LocalReject"], _two.CalleeSide.Events);
        Assert.Equal(InviteSessionState.Terminated, session.State);
        _two.AssertNothingLeft();
    }

    [Fact]
    public void RFC3261_17_1_1_2_nobody_answers_so_the_call_is_refused_with_408_after_64_T1()
    {
        _two.Network.Drop = _ => true;
        _two.Call();

        _two.Network.Pass(31.9);
        Assert.Empty(_two.CallerSide.Events);
        _two.Network.Pass(0.2);

        Assert.Equal(["rejected 408", "ended RemoteReject"], _two.CallerSide.Events);
        Assert.Equal(7, _two.Network.Requests(SipMethods.Invite));
        _two.AssertNothingLeft();
    }

    [Fact]
    public void RFC3261_13_2_1_a_late_offer_comes_with_the_200_and_its_answer_with_the_ACK()
    {
        _two.CalleeSide.Offered = session => session.Accept(SipBody.Sdp("late offer"));
        _two.CallerSide.Accepted = _ => SipBody.Sdp("late answer");
        _two.Call(lateOffer: true);
        _two.Network.Deliver();

        Assert.Equal("late offer", _two.CallerSide.LastBody);
        Assert.Equal("late answer", _two.CalleeSide.LastBody);
        Assert.Equal("application/sdp", _two.Network.Sent.OfType<SipRequest>().Last(request => request.Method == "ACK").ContentType);
    }

    [Fact]
    public void RFC3261_13_3_1_4_a_lost_200_is_sent_again_and_the_call_stands()
    {
        var lost = 0;
        _two.Network.Drop = message => message is SipResponse { StatusCode: 200 } && lost++ < 3;
        _two.Call();

        _two.Network.Pass(5);

        Assert.Equal(["accepted"], _two.CallerSide.Events);
        Assert.Equal(["invite", "confirmed"], _two.CalleeSide.Events);
    }

    [Fact]
    public void RFC3261_13_2_2_4_a_lost_ACK_is_sent_again_for_each_200()
    {
        var lost = 0;
        _two.Network.Drop = message => message is SipRequest { Method: "ACK" } && lost++ < 3;
        _two.Call();

        _two.Network.Pass(10);

        Assert.Equal(["accepted"], _two.CallerSide.Events);
        Assert.Equal(["invite", "confirmed"], _two.CalleeSide.Events);
        Assert.Equal(4, _two.Network.Requests(SipMethods.Ack));
        _two.CallerSide.Sessions.Clear();
        _two.CalleeSide.Session.Bye();
        _two.AssertNothingLeft();
    }

    [Fact]
    public void RFC3261_13_3_1_4_when_the_ACK_never_comes_the_callee_sends_BYE_after_64_T1()
    {
        _two.Network.Drop = message => message is SipRequest { Method: "ACK" };
        _two.Call();

        _two.Network.Pass(31.9);
        Assert.Equal(InviteSessionState.Accepted, _two.CalleeSide.Session.State);
        _two.Network.Pass(0.3);

        Assert.Equal("ended NoAck", _two.CalleeSide.Events[^1]);
        Assert.Equal("ended RemoteBye", _two.CallerSide.Events[^1]);
        // T1, 2*T1, 4*T1, then each T2 until 64*T1
        Assert.Equal(11, _two.Network.Responses(200, SipMethods.Invite));
        _two.AssertNothingLeft();
    }

    [Fact]
    public void RFC3261_15_the_callee_does_not_send_BYE_before_the_ACK()
    {
        var hold = true;
        _two.Network.Drop = message => hold && message is SipRequest { Method: "ACK" };
        _two.Call();
        _two.Network.Pass(0.1);

        Assert.True(_two.CalleeSide.Session.Bye());
        _two.Network.Pass(0.1);
        Assert.Equal(0, _two.Network.Requests(SipMethods.Bye));
        Assert.Equal("ended LocalBye", _two.CalleeSide.Events[^1]);
        hold = false;
        _two.Network.Pass(2);

        Assert.Equal(1, _two.Network.Requests(SipMethods.Bye));
        Assert.Equal("ended RemoteBye", _two.CallerSide.Events[^1]);
        _two.AssertNothingLeft();
    }

    [Fact]
    public void A_caller_who_hangs_up_while_told_of_the_200_sends_the_ACK_first()
    {
        _two.CallerSide.Accepted = session =>
        {
            session.Bye();
            return null;
        };
        _two.Call();
        _two.Network.Deliver();

        var requests = _two.Network.Sent.OfType<SipRequest>().Select(request => request.Method);
        Assert.Equal(["INVITE", "ACK", "BYE"], requests);
        Assert.Equal(["accepted", "ended LocalBye"], _two.CallerSide.Events);
        _two.AssertNothingLeft();
    }

    [Fact]
    public void Both_sides_say_BYE_at_once_and_both_are_done()
    {
        var session = _two.Establish();

        session.Bye();
        _two.CalleeSide.Session.Bye();
        _two.Network.Deliver();

        Assert.Equal("ended LocalBye", _two.CallerSide.Events[^1]);
        Assert.Equal("ended LocalBye", _two.CalleeSide.Events[^1]);
        _two.AssertNothingLeft();
    }

    [Theory]
    [InlineData("unanswered", "ended LocalReject", "ended RemoteReject")]
    [InlineData("confirmed", "ended LocalBye", "ended RemoteBye")]
    public void HangUp_of_the_callee_does_what_its_state_asks(string state, string callee, string caller)
    {
        if (state == "unanswered")
            _two.CalleeSide.Offered = session => session.Progress(180);
        _two.Call();
        _two.Network.Deliver();

        Assert.True(_two.CalleeSide.Session.HangUp(486));
        Assert.False(_two.CalleeSide.Session.HangUp());
        _two.Network.Deliver();

        Assert.Equal(callee, _two.CalleeSide.Events[^1]);
        Assert.Equal(caller, _two.CallerSide.Events[^1]);
    }

    [Fact]
    public void INFO_reaches_the_session_and_its_answer_the_sender()
    {
        var session = _two.Establish();
        var answered = 0;

        Assert.True(session.Info(new SipBody("application/dtmf-relay", "Signal=5"u8.ToArray()), (status, _) => answered = status));
        _two.Network.Deliver();

        Assert.Contains("info", _two.CalleeSide.Events);
        Assert.Equal(200, answered);
    }

    [Fact]
    public void RFC3261_11_OPTIONS_in_the_dialog_is_answered_by_the_stack()
    {
        var session = _two.Establish();
        SipResponse? answer = null;

        session.SendRequest(SipMethods.Options, completed: (_, response) => answer = response);
        _two.Network.Deliver();

        Assert.Equal(200, answer!.StatusCode);
        Assert.Contains("INVITE", answer.Allow);
    }

    [Fact]
    public async Task Disposing_the_endpoint_ends_its_sessions_once()
    {
        _two.Establish();

        await _two.Caller.DisposeAsync();
        await _two.Caller.DisposeAsync();

        Assert.Equal(["accepted", "ended EndpointClosed"], _two.CallerSide.Events);
        Assert.Equal(0, _two.Caller.Timers.Count);
    }
}
