using CallCluster.Contracts.Agents;
using CallCluster.Contracts.Configuration;
using CallCluster.Contracts.Queues;
using CallCluster.Grains.Queues;

namespace CallCluster.Grains.Tests.Queues;

/// <summary>The queue's side of RingAll: all free agents are reserved for one caller.</summary>
public sealed class RingAllQueueTests
{
    private static readonly DateTimeOffset Start = MachineUnderTest<QueueMessage>.Start;
    private QueueMachine _queue = null!;
    private MachineUnderTest<QueueMessage> _test = null!;

    [Fact]
    public void All_free_agents_are_reserved_each_by_its_own_offer_and_no_more_than_ten()
    {
        Begin(12);
        var reserves = _test.Send(Caller("c1")).Of<Reserve>();
        Assert.Equal(10, reserves.Select(reserve => reserve.OfferId).Distinct().Count());
        Assert.Equal(10, _test.Sent.Select(effect => effect.Key).Distinct().Count());
        Assert.All(reserves, reserve => Assert.Equal((MatchSide.RungTogether, 0), (reserve.Why!.Side, reserve.Why.PassedOver.Length)));
        Assert.Equal(2, _test.Send(Caller("c2")).Of<Reserve>().Count);
    }

    [Fact]
    public void An_agent_of_many_calls_is_reserved_once()
    {
        Begin(1, capacity: 5);
        _test.Send(Caller("c1")).One<Reserve>();
    }

    [Fact]
    public void The_caller_is_matched_again_only_when_all_have_refused()
    {
        Begin(2);
        var (first, second) = (_test.Send(Caller("c1")).Of<Reserve>()[0].OfferId, _test.Of<Reserve>()[1].OfferId);
        _test.Send(new ReservationRefused("a0", 2, "c1", first), State("a2", free: 1));
        _test.None<Reserve>();
        Assert.Equal("a2", _test.Send(new ReservationRefused("a1", 2, "c1", second)).Sent.Single(effect => effect.Payload is Reserve).Key);
    }

    [Fact]
    public void All_may_refuse_in_any_order()
    {
        Begin(2);
        var (first, second) = (_test.Send(Caller("c1")).Of<Reserve>()[0].OfferId, _test.Of<Reserve>()[1].OfferId);
        _test.Send(new ReservationRefused("a1", 2, "c1", second), State("a2", free: 1));
        _test.None<Reserve>();
        Assert.Equal("a2", _test.Send(new ReservationRefused("a0", 2, "c1", first)).Sent.Single(effect => effect.Payload is Reserve).Key);
    }

    [Fact]
    public void An_agent_whose_reservation_was_lost_while_another_rang_is_asked_and_free_again()
    {
        Begin(2);
        var reserves = _test.Send(Caller("c1")).Of<Reserve>();
        _test.Send(new Offering("c1", 2, "a0", reserves[0].OfferId));
        Assert.Contains(_test.Wait(3.1).Sent, effect => effect is { Key: "a1", Payload: TellState });
        _test.Send(State("a1", free: 1));
        Assert.Equal("a1", _test.Send(Caller("c2")).Sent.Single(effect => effect.Payload is Reserve).Key);
    }

    [Fact]
    public void A_refusal_that_comes_while_others_ring_changes_nothing()
    {
        Begin(2);
        var reserves = _test.Send(Caller("c1")).Of<Reserve>();
        _test.Send(new Offering("c1", 2, "a0", reserves[0].OfferId), new ReservationRefused("a1", 2, "c1", reserves[1].OfferId));
        Assert.Equal("a0", Assert.Single(_queue.View(Start).Callers).OfferedTo);
        Assert.Empty(_test.Wait(30).Of<Reserve>());
    }

    [Fact]
    public void Agents_whose_answers_are_lost_are_asked_and_the_caller_matched_again_by_the_deadline()
    {
        Begin(2);
        _test.Send(Caller("c1"), State("a2", free: 1));
        Assert.Equal(["a0", "a1"], _test.Wait(3.1).Sent.Where(effect => effect.Payload is TellState).Select(effect => effect.Key).Order());
        Assert.Equal("a2", _test.Sent.Single(effect => effect.Payload is Reserve).Key);
    }

    private void Begin(int free, int capacity = 1)
    {
        var agents = Enumerable.Range(0, 15).Select(i => ($"a{i}", Routing.Agent("support") with { Capacity = capacity })).ToArray();
        _queue = new QueueMachine("support", Routing.With(new QueueOptions { Strategy = QueueStrategy.RingAll }, agents), Start);
        _test = new(_queue);
        _test.Do(_queue.Load);
        _test.Send([.. Enumerable.Range(0, 15).Select(i => State($"a{i}", free: i < free ? capacity : 0, version: 1))]);
    }

    private static Enqueue Caller(string id) => new(id, 1, 1, Start, [], "+1555");

    private static AgentChanged State(string id, int free, long version = 5) =>
        new() { AgentId = id, Version = version, LoggedIn = true, Free = free, WantsBids = false, IdleSince = Start, Presence = "Available" };
}
