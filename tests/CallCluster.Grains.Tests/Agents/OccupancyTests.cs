using CallCluster.Contracts.Agents;
using CallCluster.Contracts.Queues;
using CallCluster.Grains.Agents;

namespace CallCluster.Grains.Tests.Agents;

public sealed class OccupancyTests
{
    private static readonly DateTimeOffset Start = MachineUnderTest<AgentMessage>.Start;
    private static readonly double HalfHour = 1 - Math.Exp(-0.5);
    private readonly AgentMachine _alice = new("alice", null, Routing.With(null, ("alice", Routing.Agent("support"))), Start);
    private readonly MachineUnderTest<AgentMessage> _test;

    public OccupancyTests()
    {
        _test = new(_alice);
        _test.Do(_alice.Announce);
    }

    [Fact]
    public void Calls_and_wrap_up_count_ringing_and_idling_do_not()
    {
        _test.Send(new Reserve("support", "c1", "o1"), new OfferAccepted("c1", "o1"));
        _test.Wait(20).Send(new AgentAnswered("c1", "o1"));
        Assert.Equal(0, _alice.State.Occupancy);
        _test.Wait(1500).Send(new AgentReleased("c1", "o1", TimeSpan.FromSeconds(300)));
        _test.Wait(301);
        var told = _test.Of<AgentChanged>()[^1];
        Assert.Equal(HalfHour, told.Occupancy, 1e-9);
        Assert.Equal(Start.AddSeconds(1820), told.OccupancyAt);

        _test.Wait(1799).Send(new Reserve("support", "c2", "o2"), new AgentAnswered("c2", "o2"));
        Assert.Equal(HalfHour * Math.Exp(-0.5), _alice.State.Occupancy, 1e-9);
    }

    [Fact]
    public void Time_away_counts_neither_way()
    {
        _test.Send(new Reserve("support", "c1", "o1"), new AgentAnswered("c1", "o1"));
        _test.Wait(1800).Send(new AgentReleased("c1", "o1", TimeSpan.Zero));
        _test.Do((now, effects) => _alice.SetPresence(Presence.Away, null, now, effects));
        _test.Wait(7200).Do((now, effects) => _alice.SetPresence(Presence.Available, null, now, effects));
        var told = _test.Of<AgentChanged>()[0];
        Assert.Equal(HalfHour, told.Occupancy, 1e-9);
        Assert.Equal(_test.Now, told.OccupancyAt);
    }

    [Fact]
    public void The_rank_orders_idle_agents_as_their_occupancies_stand_at_any_one_time()
    {
        // 0.5 ten minutes ago has faded to 0.42: more than 0.4, less than 0.45 now.
        Assert.InRange(Occupancy.Rank(0.5, Start.AddMinutes(-10)), Occupancy.Rank(0.4, Start), Occupancy.Rank(0.45, Start));
        Assert.True(Occupancy.Rank(0, Start) < Occupancy.Rank(1e-9, Start.AddYears(-1)));
    }
}
