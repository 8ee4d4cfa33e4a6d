using CallCluster.Contracts.Agents;
using CallCluster.Contracts.Calls;
using CallCluster.Contracts.Configuration;
using CallCluster.Contracts.Queues;
using CallCluster.Grains.Agents;

namespace CallCluster.Grains.Tests.Agents;

public sealed class BidTests
{
    private readonly AgentMachine _alice;
    private readonly MachineUnderTest<AgentMessage> _test;

    public BidTests()
    {
        var options = new AgentOptions
        {
            Contact = "sip:alice@127.0.0.1",
            Queues =
            [
                new AgentQueueOptions { Name = "support", Rank = 1 },
                new AgentQueueOptions { Name = "sales", Rank = 1 },
                new AgentQueueOptions { Name = "slow", Rank = 1, Delay = TimeSpan.FromSeconds(10) },
                new AgentQueueOptions { Name = "rare", Rank = 2 },
            ],
        };
        _alice = new AgentMachine("alice", null, Routing.With(null, ("alice", options)), MachineUnderTest<AgentMessage>.Start);
        _test = new(_alice);
        _test.Do(_alice.Announce);
    }

    [Theory]
    [InlineData("rare", 1, "slow", 5, "slow")]
    [InlineData("slow", 1, "support", 5, "support")]
    [InlineData("support", 5, "sales", 1, "sales")]
    [InlineData("support", 1, "sales", 5, "support")]
    public void The_agent_takes_the_best_bid_by_rank_then_delay_then_place(string one, long onePlace, string other, long otherPlace, string winner)
    {
        _test.Send(Bid(one, onePlace), Bid(other, otherPlace));
        _test.None<AgentReserved>();
        var reserved = _test.Send([.. All.Except([one, other]).Select(queue => Bid(queue, null))]).One<AgentReserved>();
        Assert.Equal(winner, reserved.Queue);
        Assert.Equal(winner == one ? other : one, _test.Sent.Single(effect => effect.Payload is BidLost).Key);
    }

    [Fact]
    public void The_reason_names_the_queues_whose_callers_came_after()
    {
        var why = new MatchReason { Side = MatchSide.AgentCameFree, Strategy = QueueStrategy.LongestIdle, Step = 1, Steps = 1, Waited = TimeSpan.Zero, Waiting = 1, Free = 1, LoggedIn = 1, Score = 1, Skills = [], PassedOver = [] };
        var reserved = _test.Send(Bid("support", 1) with { Why = why }, Bid("rare", 1), Bid("sales", null), Bid("slow", null)).One<AgentReserved>();
        Assert.Equal(("support", "rare"), (reserved.Queue, Assert.Single(reserved.Why!.OtherQueues)));
    }

    [Fact]
    public void Bids_are_awaited_for_a_tenth_of_a_second_at_most()
    {
        _test.Send(Bid("rare", 1));
        Assert.Empty(_test.Wait(0.09).Of<AgentReserved>());
        Assert.Equal("rare", _test.Wait(0.02).One<AgentReserved>().Queue);
        Assert.Equal("support", _test.Send(Bid("support", 1)).Sent.Single(effect => effect.Payload is BidLost).Key);
    }

    [Fact]
    public void A_late_bid_is_taken_when_the_agent_is_still_free()
    {
        _test.Wait(0.2);
        Assert.Equal("support", _test.Send(Bid("support", 1)).One<AgentReserved>().Queue);
    }

    [Fact]
    public void With_room_for_more_all_queues_are_asked_again_whether_the_bid_came_in_time_or_late()
    {
        var options = Routing.Agent("support", "sales") with { Capacity = 3 };
        var bob = new AgentMachine("bob", null, Routing.With(null, ("bob", options)), MachineUnderTest<AgentMessage>.Start);
        var test = new MachineUnderTest<AgentMessage>(bob);
        test.Do(bob.Announce);
        Bid Offer(string queue, string? call) => new(queue, bob.State.Version, call, call, 1);
        test.Send(Offer("support", "c1"), Offer("sales", null));
        Assert.Equal(2, test.Of<AgentChanged>().Count(changed => changed is { Free: 2, WantsBids: true }));
        test.Send(Offer("sales", null));
        test.Wait(0.2);
        test.Send(Offer("support", "c2"));
        test.One<AgentReserved>();
        Assert.Equal(2, test.Of<AgentChanged>().Count(changed => changed is { Free: 1, WantsBids: true }));
    }

    [Fact]
    public void A_bid_for_an_older_version_loses()
    {
        var version = _alice.State.Version;
        _test.Do((now, effects) => _alice.SetPresence(Presence.Away, null, now, effects));
        _test.Do((now, effects) => _alice.SetPresence(Presence.Available, null, now, effects));
        _test.Send(Bid("support", 1) with { Version = version }).One<BidLost>();
    }

    [Fact]
    public void Queues_that_did_not_answer_are_told_again_until_they_do()
    {
        _test.Send(Bid("support", null), Bid("sales", null), Bid("slow", null));
        _test.Wait(1.2);
        Assert.Equal("rare", Assert.Single(_test.Sent, effect => effect.Payload is AgentChanged { WantsBids: true }).Key);
        _test.Send(Bid("rare", null));
        Assert.Empty(_test.Wait(60).Of<AgentChanged>());
    }

    [Fact]
    public void A_caller_who_reserves_while_bids_come_in_wins_and_the_bidders_are_told()
    {
        _test.Send(Bid("support", 1), new Reserve("sales", "c9", "o9"));
        Assert.Equal("sales", _test.One<AgentReserved>().Queue);
        _test.One<BidLost>();
        Assert.All(_test.Of<AgentChanged>(), changed => Assert.Equal((0, false), (changed.Free, changed.WantsBids)));
    }

    private static string[] All => ["support", "sales", "slow", "rare"];

    private Bid Bid(string queue, long? place) => place is { } key
        ? new Bid(queue, _alice.State.Version, "call-" + queue, "offer-" + queue, key)
        : new Bid(queue, _alice.State.Version, null, null, 0);
}
