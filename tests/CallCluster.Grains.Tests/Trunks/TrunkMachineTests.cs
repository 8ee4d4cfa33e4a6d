using CallCluster.Contracts.Calls;
using CallCluster.Contracts.Configuration;
using CallCluster.Contracts.Trunks;
using CallCluster.Grains.Trunks;

namespace CallCluster.Grains.Tests.Trunks;

public sealed class TrunkMachineTests
{
    private readonly TrunkMachine _trunk = new("carrier", new Routing(new RoutingOptions
    {
        Trunks = new Dictionary<string, TrunkOptions> { ["carrier"] = new() { MaxChannels = 2 } },
    }));

    private readonly MachineUnderTest<TrunkMessage> _test;

    public TrunkMachineTests() => _test = new(_trunk);

    [Fact]
    public void Channels_are_granted_up_to_the_limit_and_refused_with_a_time_to_retry()
    {
        Assert.Equal(2, _test.Send(new AcquireChannel("c1"), new AcquireChannel("c2")).Of<ChannelGranted>().Count);
        var refused = _test.Send(new AcquireChannel("c3")).One<ChannelRefused>();
        Assert.InRange(refused.RetryAfter, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(9));
        _test.Send(new ReleaseChannel("c1"));
        _test.Send(new AcquireChannel("c4")).One<ChannelGranted>();
        Assert.Equal((3L, 1L, 2), (_trunk.Granted, _trunk.Refused, _trunk.Channels));
    }

    [Fact]
    public void Asking_again_repeats_the_grant_without_taking_another_channel()
    {
        _test.Send(new AcquireChannel("c1"), new AcquireChannel("c1"));
        Assert.Equal(2, _test.Of<ChannelGranted>().Count);
        Assert.Equal((1L, 1), (_trunk.Granted, _trunk.Channels));
    }

    [Fact]
    public void A_release_wins_over_a_request_that_arrives_later()
    {
        _test.Send(new ReleaseChannel("c1"), new AcquireChannel("c1"), new ChannelHeld("c1"));
        Assert.Empty(_test.Sent);
        Assert.Equal(0, _trunk.Channels);
    }

    [Fact]
    public void Complaint_14_channels_of_calls_that_both_sides_hang_up_are_given_back_once_and_never_fall_below_none()
    {
        _test.Send(new AcquireChannel("c1"), new AcquireChannel("c2"), new ReleaseChannel("c1"), new ReleaseChannel("c1"));
        Assert.Equal(1, _trunk.Channels);
        _test.Send(new ReleaseChannel("c2"), new ReleaseChannel("c2"), new ReleaseChannel("unknown"));
        Assert.Equal(0, _trunk.Channels);
        Assert.Equal(2, _test.Send(new AcquireChannel("c3"), new AcquireChannel("c4"), new AcquireChannel("c5")).Of<ChannelGranted>().Count);
    }

    [Fact]
    public void A_call_that_holds_a_channel_is_taken_in_above_the_limit()
    {
        _test.Send(new AcquireChannel("c1"), new AcquireChannel("c2"), new ChannelHeld("c3"));
        Assert.Equal(3, _trunk.Channels);
        _test.Send(new ReleaseChannel("c1"));
        _test.Send(new AcquireChannel("c4")).One<ChannelRefused>();
    }

    [Fact]
    public void Complaint_14_a_channel_not_asserted_for_three_sweeps_is_asked_about_and_freed_only_by_its_call()
    {
        _test.Send(new AcquireChannel("c1"), new AcquireChannel("c2"));
        _test.Wait(60);
        _test.Send(new ChannelHeld("c2"));
        _test.Wait(31);
        Assert.Equal("c1", Assert.Single(_test.Sent, effect => effect.Payload is ChannelInquiry).Key);
        _test.Wait(TimeSpan.FromHours(1));
        Assert.Equal(2, _trunk.Channels);
        _test.Send(new ReleaseChannel("c1"));
        Assert.Equal(1, _trunk.Channels);
    }

    [Fact]
    public void Each_direction_has_its_own_limit_within_the_whole()
    {
        var trunk = new TrunkMachine("t", new Routing(new RoutingOptions { Trunks = new Dictionary<string, TrunkOptions> { ["t"] = new() { MaxChannels = 4, MaxInbound = 1, MaxOutbound = 2 } } }));
        var test = new MachineUnderTest<TrunkMessage>(trunk);
        Assert.Equal(3, test.Send(new AcquireChannel("c1"), new AcquireChannel("c1", 1), new AcquireChannel("c2", 1)).Of<ChannelGranted>().Count);
        Assert.Equal(ChannelRefusal.InboundInUse, test.Send(new AcquireChannel("c3")).One<ChannelRefused>().Why);
        Assert.Equal((ChannelRefusal.OutboundInUse, 3), (test.Send(new AcquireChannel("c3", 3)).One<ChannelRefused>().Why, test.One<ChannelRefused>().Leg));
        test.Send(new ReleaseChannel("c1", 1));
        test.Send(new AcquireChannel("c3", 4)).One<ChannelGranted>();
        Assert.Equal((1, 2, 1L, 1L), (trunk.Inbound, trunk.Outbound, trunk.RefusedFor(ChannelRefusal.InboundInUse), trunk.RefusedFor(ChannelRefusal.OutboundInUse)));
    }

    [Fact]
    public void A_call_has_one_channel_for_each_of_its_legs_through_the_trunk()
    {
        _test.Send(new AcquireChannel("c1"), new AcquireChannel("c1", 1));
        Assert.Equal((1, 1), (_trunk.Inbound, _trunk.Outbound));
        _test.Send(new ReleaseChannel("c1", 1));
        Assert.Equal((1, 0), (_trunk.Inbound, _trunk.Outbound));
        _test.Send(new AcquireChannel("c1", 1));
        Assert.Equal(0, _trunk.Outbound);
    }

    [Fact]
    public void No_more_calls_begin_within_a_second_than_the_limit_allows()
    {
        var trunk = new TrunkMachine("t", new Routing(new RoutingOptions { Trunks = new Dictionary<string, TrunkOptions> { ["t"] = new() { CallsPerSecond = 2 } } }));
        var test = new MachineUnderTest<TrunkMessage>(trunk);
        Assert.Equal(2, test.Send(new AcquireChannel("c1"), new AcquireChannel("c2"), new AcquireChannel("c1")).Of<ChannelGranted>().Select(granted => granted).Count() - 1);
        Assert.Equal(ChannelRefusal.TooManyPerSecond, test.Send(new AcquireChannel("c3")).One<ChannelRefused>().Why);
        test.Wait(1);
        test.Send(new AcquireChannel("c3")).One<ChannelGranted>();
    }

    [Fact]
    public void A_trunk_that_does_not_answer_is_passed_over_by_outbound_calls_and_takes_inbound_ones()
    {
        var start = _test.Now;
        _trunk.Attend(new TrunkReport("e1", true, new TrunkHealth(false, null, "no answer")), start);
        Assert.Equal(ChannelRefusal.Down, _test.Send(new AcquireChannel("c1", 1)).One<ChannelRefused>().Why);
        _test.Send(new AcquireChannel("c1")).One<ChannelGranted>();
        _trunk.Attend(new TrunkReport("e1", true, new TrunkHealth(true, null, null)), _test.Now);
        _test.Send(new AcquireChannel("c1", 2)).One<ChannelGranted>();
    }

    [Fact]
    public void A_report_that_is_old_keeps_no_trunk_down()
    {
        _trunk.Attend(new TrunkReport("e1", true, new TrunkHealth(false, null, "no answer")), _test.Now);
        _test.Wait(11);
        _test.Send(new AcquireChannel("c1", 1)).One<ChannelGranted>();
    }

    [Fact]
    public void Without_a_limit_nobody_is_refused()
    {
        var trunk = new TrunkMachine("other", new Routing(new RoutingOptions()));
        var test = new MachineUnderTest<TrunkMessage>(trunk);
        test.Send([.. Enumerable.Range(0, 1000).Select(i => new AcquireChannel("c" + i))]);
        Assert.Equal((1000, null), (trunk.View(default).Channels, trunk.View(default).MaxChannels));
    }
}
