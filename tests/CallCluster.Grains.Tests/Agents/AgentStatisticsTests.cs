using CallCluster.Contracts.Agents;
using CallCluster.Contracts.Calls;
using CallCluster.Grains.Agents;

namespace CallCluster.Grains.Tests.Agents;

public sealed class AgentStatisticsTests
{
    private readonly AgentMachine _alice = new("alice", null, Routing.With(null, ("alice", Routing.Agent("support") with { NotRespondingFor = TimeSpan.FromSeconds(30) })), MachineUnderTest<AgentMessage>.Start);
    private readonly MachineUnderTest<AgentMessage> _test;
    private int _offers;

    public AgentStatisticsTests() => _test = new(_alice);

    private AgentStatisticsView Counted => _alice.View(_test.Now).Statistics!;

    [Fact]
    public void Calls_are_counted_by_what_became_of_them()
    {
        Ring();
        _test.Send(new AgentAnswered("c1", "o1"), new AgentAnswered("c1", "o1"), new AgentReleased("c1", "o1", TimeSpan.Zero) { Answered = true });
        Ring();
        _test.Send(new AgentDidNotAnswer("c2", "o2", LegEndCause.Busy), new AgentDidNotAnswer("c2", "o2", LegEndCause.Busy));
        _test.Wait(6);
        Ring();
        _test.Send(new AgentDidNotAnswer("c3", "o3", LegEndCause.NoAnswer));
        _test.Wait(31);
        Ring();
        _test.Send(new AgentReleased("c4", "o4", TimeSpan.Zero));
        Ring();
        Assert.Equal((5L, 1L, 1L, 1L), (Counted.Offered, Counted.Answered, Counted.Refused, Counted.NotAnswered));
    }

    [Fact]
    public void What_was_reserved_and_never_rung_was_not_offered()
    {
        _test.Send(new Reserve("support", "c1", "o1"), new OfferDeclined("c1", "o1"), new Reserve("support", "c2", "o2"));
        _test.Wait(2.5);
        Assert.Equal(0, Counted.Offered);
    }

    [Fact]
    public void A_conversation_whose_end_overtakes_its_beginning_is_counted_once_and_wrapped_up()
    {
        _test.Send(new Reserve("support", "c1", "o1"), new AgentReleased("c1", "o1", TimeSpan.FromSeconds(10)) { Answered = true }, new AgentAnswered("c1", "o1"), new OfferAccepted("c1", "o1"));
        Assert.Equal((1L, 1L, Presence.WrapUp), (Counted.Offered, Counted.Answered, _alice.View(_test.Now).Presence));
    }

    [Fact]
    public void Time_is_counted_by_presence_and_occupancy_by_calls_and_wrap_up_over_that_and_idle_time()
    {
        _test.Wait(30);
        Ring();
        _test.Wait(10);
        _test.Send(new AgentAnswered("c1", "o1"));
        _test.Wait(60);
        _test.Send(new AgentReleased("c1", "o1", TimeSpan.FromSeconds(30)) { Answered = true });
        _test.Wait(60);
        _test.Do((now, effects) => _alice.SetPresence(Presence.Away, "lunch", now, effects));
        _test.Wait(1000);
        var counted = Counted;
        Assert.Equal((60, 30, 70, 60, 1000), (Seconds(counted.TalkTime), Seconds(counted.WrapUpTime), Seconds(counted.PresenceTime["Busy"]), Seconds(counted.PresenceTime["Available"]), Seconds(counted.PresenceTime["Away"])));
        Assert.Equal(90 / 150d, counted.Occupancy!.Value, 3);
        Assert.Equal(1160, counted.PresenceTime.Values.Sum(Seconds));
    }

    [Fact]
    public void An_agent_whose_silo_died_begins_with_the_calls_that_go_on()
    {
        Ring();
        _test.Send(new AgentAnswered("c1", "o1"));
        var revived = new AgentMachine("alice", _alice.State, Routing.With(null, ("alice", Routing.Agent("support"))), _test.Now);
        var counted = revived.View(_test.Now).Statistics!;
        Assert.Equal((1L, 1L, _test.Now), (counted.Offered, counted.Answered, counted.Since));
    }

    private static int Seconds(TimeSpan time) => (int)Math.Round(time.TotalSeconds);

    private void Ring()
    {
        var (call, offer) = ($"c{++_offers}", $"o{_offers}");
        _test.Send(new Reserve("support", call, offer), new OfferAccepted(call, offer), new OfferAccepted(call, offer));
    }
}
