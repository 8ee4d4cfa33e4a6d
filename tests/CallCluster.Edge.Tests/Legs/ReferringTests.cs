using CallCluster.Contracts.Calls;
using CallCluster.Edge.Tests.Support;
using CallCluster.Sip.Bodies;
using CallCluster.Sip.Messages;
using CallCluster.Sip.UserAgents;

namespace CallCluster.Edge.Tests.Legs;

/// <summary>Which NOTIFY tells of which REFER (RFC 3515 2.4.6), and transfers that lead back to where they come from.</summary>
public sealed class ReferringTests
{
    [Fact]
    public async Task A_REFER_to_elsewhere_replaces_one_that_does_not_end_and_only_its_own_NOTIFY_ends_it()
    {
        await using var bench = await EdgeBench.Start();
        await using var trunk = await SipPeer.Start();
        var (caller, call) = await bench.Answered(trunk);
        var first = await Refer(bench, call.Id, caller, "tel:+15550101");
        var second = await Refer(bench, call.Id, caller, "tel:+15550102");

        Assert.Equal(200, await Notify(caller, $"refer;id={first}", 200));
        Assert.Equal(200, await Notify(caller, "refer", 200));
        Assert.Equal(200, await Notify(caller, $"refer;id={second}", 486));
        Assert.Equal(new ReferEnded(0, 486), (await bench.Next<ReferEnded>()).Event);
    }

    [Fact]
    public async Task The_NOTIFYs_of_the_first_REFER_need_no_id_and_the_same_again_is_that_one()
    {
        await using var bench = await EdgeBench.Start();
        await using var trunk = await SipPeer.Start();
        var (caller, call) = await bench.Answered(trunk);
        await Refer(bench, call.Id, caller, "tel:+15550101");
        bench.Tell(call.Id, new ReferLeg(0, "tel:+15550101", "alice"));
        Assert.Equal(200, await Notify(caller, "refer", 200));
        Assert.Equal(new ReferEnded(0, 200), (await bench.Next<ReferEnded>()).Event);
        Assert.False(caller.Requests.Reader.TryRead(out _));
    }

    [Fact]
    public async Task A_leg_that_is_replaced_can_be_referred_anew()
    {
        await using var bench = await EdgeBench.Start();
        await using var trunk = await SipPeer.Start();
        var (caller, call) = await bench.Answered(trunk);
        await Refer(bench, call.Id, caller, "tel:+15550101");
        var other = trunk.Invite(bench.Uri("x"), headers: (HeaderNames.Replaces, caller.Replaces));
        Assert.Equal(200, (await other.Final).Status);
        await bench.Next<LegReplaced>();
        await Refer(bench, call.Id, other, "tel:+15550101");
        Assert.Equal(200, await Notify(other, "refer", 200));
    }

    [Fact]
    public async Task A_NOTIFY_that_nobody_asked_for_is_refused()
    {
        await using var bench = await EdgeBench.Start();
        await using var trunk = await SipPeer.Start();
        var (caller, _) = await bench.Answered(trunk);
        Assert.Equal(481, await Notify(caller, "refer", 200));
    }

    [Theory]
    [InlineData(202, 200)]
    [InlineData(202, 486)]
    [InlineData(481, null)]
    public async Task Of_a_BYE_that_overtakes_the_answer_to_the_REFER_the_answer_and_the_NOTIFY_tell_what_it_meant(int answer, int? outcome)
    {
        await using var bench = await EdgeBench.Start();
        await using var trunk = await SipPeer.Start();
        var (caller, call) = await bench.Answered(trunk);
        bench.Tell(call.Id, new ReferLeg(0, "tel:+15550101", "alice"));
        var refer = await EdgeBench.Next(caller.Requests);
        caller.Session.Bye();
        // What the edge answers after the BYE shows that it has taken it.
        Assert.Equal(200, await trunk.SendAfterBye(caller, SipMethods.Notify, SipFragment.Write(100), (HeaderNames.Event, "refer"), (HeaderNames.SubscriptionState, "active")));
        Assert.False(bench.Cluster.Events.Reader.TryRead(out _));

        refer.Respond(answer);
        if (outcome is { } told)
            Assert.Equal(200, await trunk.SendAfterBye(caller, SipMethods.Notify, SipFragment.Write(told), (HeaderNames.Event, "refer"), (HeaderNames.SubscriptionState, "terminated;reason=noresource")));
        if (outcome == 200) Assert.Equal(new ReferEnded(0, 200), (await EdgeBench.Next(bench.Cluster.Events)).Event);
        Assert.IsType<LegEnded>((await EdgeBench.Next(bench.Cluster.Events)).Event);
    }

    [Fact]
    public async Task Only_a_trunk_says_why_in_the_words_of_the_telephone_network()
    {
        await using var bench = await EdgeBench.Start();
        await using var peer = await SipPeer.Start();
        var (caller, call) = await bench.Answered(peer);
        var phone = await bench.AliceAnswers(call, peer);
        phone.Session.Bye("Q.850;cause=42");
        Assert.Null((await bench.Next<LegEnded>()).Event.NetworkCause);
        caller.Session.Bye("Q.850;cause=41");
        Assert.Equal(41, (await bench.Next<LegEnded>()).Event.NetworkCause);
    }

    [Fact]
    public async Task An_agent_does_not_transfer_a_call_into_itself()
    {
        await using var bench = await EdgeBench.Start();
        await using var peer = await SipPeer.Start();
        var (_, call) = await bench.Answered(peer);
        var phone = await bench.AliceAnswers(call, peer);
        Assert.Equal(404, await phone.Send(SipMethods.Refer, null, (HeaderNames.ReferTo, bench.ReferTo(call.Id))));
        Assert.Equal(202, await phone.Send(SipMethods.Refer, null, (HeaderNames.ReferTo, bench.ReferTo(new string('a', 32)))));
    }

    [Theory]
    [InlineData("sip:6000@127.0.0.1:PORT", 202)]
    [InlineData("sip:6000@127.0.0.1", 202)]
    [InlineData("sip:6000@127.0.0.1:9", 403)]
    public async Task A_number_of_ours_is_one_at_our_address_and_not_at_another_port(string referTo, int status)
    {
        await using var bench = await EdgeBench.Start();
        await using var peer = await SipPeer.Start();
        var (_, call) = await bench.Answered(peer);
        var phone = await bench.AliceAnswers(call, peer);
        Assert.Equal(status, await phone.Send(SipMethods.Refer, null, (HeaderNames.ReferTo, $"<{referTo.Replace("PORT", $"{bench.Uri("x").Port}", StringComparison.Ordinal)}>")));
    }

    /// <summary>Has the edge send a REFER, accepts it, and gives its CSeq.</summary>
    private static async Task<uint> Refer(EdgeBench bench, string callId, PeerCall caller, string to)
    {
        bench.Tell(callId, new ReferLeg(0, to, "alice"));
        var refer = await EdgeBench.Next(caller.Requests);
        Assert.Equal(SipMethods.Refer, refer.Method);
        refer.Respond(202);
        return refer.Request.CSeq.Number;
    }

    private static Task<int> Notify(PeerCall call, string referEvent, int status) =>
        call.Send(SipMethods.Notify, SipFragment.Write(status), (HeaderNames.Event, referEvent), (HeaderNames.SubscriptionState, "terminated;reason=noresource"));
}
