using CallCluster.Contracts.Agents;
using CallCluster.Contracts.Calls;
using CallCluster.Contracts.Configuration;
using CallCluster.Contracts.Queues;
using CallCluster.Grains.Agents;
using CallCluster.Grains.Queues;

namespace CallCluster.Grains.Tests.Queues;

/// <summary>What users of other systems complain of in their queues, by the numbers of facts/complaints.md. Which test answers which of them stands in tests/CallCluster.EndToEnd.Tests/README.md.</summary>
public sealed class ComplaintsTests
{
    private static readonly DateTimeOffset Start = MachineUnderTest<QueueMessage>.Start;

    [Fact]
    public void Complaint_2_a_queue_that_is_lost_goes_on_as_soon_as_its_callers_and_agents_say_that_they_are_there()
    {
        var before = Begin(new QueueOptions(), ("alice", Routing.Agent("support")));
        before.Send(State("alice", free: 0), new Enqueue("c1", 1, 1, Start, [], "+1555"), new Enqueue("c2", 1, 2, Start, [], "+1556"));

        // Its silo has died; nobody reloads anything. What the calls assert comes in whatever order, and the places are kept.
        var after = Begin(new QueueOptions(), ("alice", Routing.Agent("support")));
        after.Send(new Enqueue("c2", 1, 2, Start, [], "+1556"), new Enqueue("c1", 1, 1, Start, [], "+1555")).None<Reserve>();
        Assert.Equal("c1", after.Send(State("alice", free: 1)).One<Reserve>().CallId);
    }

    [Fact]
    public void Complaint_2_one_agent_who_says_nothing_stops_no_queue()
    {
        var test = Begin(new QueueOptions(), ("alice", Routing.Agent("support")), ("mute", Routing.Agent("support")));
        test.Send(State("alice", free: 1), new Enqueue("c1", 1, 1, Start, [], "+1555"));
        Assert.Equal("c1", test.Wait(1.1).One<Reserve>().CallId);
    }

    [Fact]
    public void Complaint_3_an_agent_whose_reservation_nobody_confirms_is_free_again_after_its_lease()
    {
        var alice = new AgentMachine("alice", null, Routing.With(null, ("alice", Routing.Agent("support"))), Start);
        var test = new MachineUnderTest<AgentMessage>(alice);
        test.Do(alice.Announce);
        test.Send(new Reserve("support", "c1", "o1"));
        Assert.Equal(1, test.Wait(2.1).Of<AgentChanged>().Last().Free);
        Assert.Empty(alice.State.Reservations);
    }

    [Fact]
    public void Complaint_6_wrap_up_is_one_clock_for_all_queues_and_nothing_said_again_nor_a_reload_nor_a_restart_moves_it()
    {
        var routing = Routing.With(null, ("alice", Routing.Agent("support", "sales")));
        var alice = new AgentMachine("alice", null, routing, Start);
        var test = new MachineUnderTest<AgentMessage>(alice);
        test.Do(alice.Announce);
        var released = new AgentReleased("c1", "o1", TimeSpan.FromSeconds(10));
        test.Send(new Reserve("support", "c1", "o1"), new OfferAccepted("c1", "o1"), new AgentAnswered("c1", "o1"), released);
        test.Send(new Reserve("sales", "c2", "o2")).One<ReservationRefused>();

        test.Wait(4);
        routing.Current = Routing.With(new QueueOptions { WrapUp = TimeSpan.FromMinutes(5) }, ("alice", Routing.Agent("support"))).Current;
        test.Do((now, effects) => alice.OnDue(now, effects));
        test.Send(released, new AgentReleased("c3", "o3", TimeSpan.FromSeconds(10)));

        var restarted = new AgentMachine("alice", alice.State, routing, test.Now);
        var after = new MachineUnderTest<AgentMessage>(restarted);
        after.Wait(5.9);
        after.Send(new Reserve("support", "c4", "o4")).One<ReservationRefused>();
        after.Wait(4.2);
        after.Send(new Reserve("support", "c5", "o5")).One<AgentReserved>();
    }

    [Fact]
    public void Complaint_7_nobody_starves_whoever_comes_with_whatever_priority_is_behind_those_who_have_waited_that_long()
    {
        var test = Begin(new QueueOptions(), ("alice", Routing.Agent("support")));
        test.Send(State("alice", free: 0), new Enqueue("plain", 1, Start.UtcTicks, Start, [], "+1555"));
        for (var i = 0; i < 100; i++)
        {
            // Each is worth five minutes of waiting.
            test.Wait(10);
            test.Send(new Enqueue($"vip{i}", 1, test.Now.UtcTicks - (5 * TimeSpan.TicksPerMinute), test.Now, [], "+1556"));
        }

        var taken = 0;
        for (var version = 2; ; version++, taken++)
        {
            var call = test.Send(State("alice", free: 1, version) with { WantsBids = true }).One<Bid>().CallId!;
            if (call == "plain") break;
            test.Send(new Leave(call, 2, LeaveReason.Answered));
        }

        Assert.Equal(29, taken);
    }

    [Fact]
    public void Complaint_8_a_change_of_an_agent_reaches_the_queues_that_it_concerns_and_no_other()
    {
        var queues = Enumerable.Range(0, 1000).ToDictionary(i => $"q{i}", i => new QueueOptions { Steps = i == 7 ? [new StepOptions(), new StepOptions { After = TimeSpan.FromSeconds(9), Queues = ["q3"] }] : [] });
        var alice = new AgentMachine("alice", null, new Routing(new RoutingOptions { Queues = queues, Agents = new Dictionary<string, AgentOptions> { ["alice"] = Routing.Agent("q3") } }), Start);
        var test = new MachineUnderTest<AgentMessage>(alice);
        test.Do((now, effects) => alice.SetPresence(Presence.Away, null, now, effects));
        Assert.Equal(["q3", "q7"], test.Sent.Select(effect => effect.Key).Order());
    }

    [Fact]
    public void Complaint_10_a_skill_that_is_edited_counts_at_once_for_those_who_wait()
    {
        var needs = new QueueOptions { Steps = [new StepOptions { Needs = new Dictionary<string, int> { ["es"] = 3 } }] };
        var routing = Routing.With(needs, ("alice", Routing.Agent("support")));
        var queue = new QueueMachine("support", routing, Start);
        var test = new MachineUnderTest<QueueMessage>(queue);
        test.Do(queue.Load);
        test.Send(State("alice", free: 1), new Enqueue("c1", 1, 1, Start, [], "+1555")).None<Reserve>();
        routing.Current = Routing.With(needs, ("alice", Routing.Agent("support") with { Skills = new Dictionary<string, int> { ["es"] = 3 } })).Current;
        test.Do((now, effects) => queue.OnDue(now, effects));
        Assert.Equal("c1", test.One<Reserve>().CallId);
    }

    [Fact]
    public void Complaint_25_the_only_agent_who_refused_is_not_rung_again_and_the_caller_overflows()
    {
        var test = Begin(new QueueOptions { Overflow = [new OverflowOptions { When = OverflowCondition.Waited, OverTime = TimeSpan.FromSeconds(30), To = "voicemail:box" }] }, ("alice", Routing.Agent("support")));
        test.Send(State("alice", free: 1), new Enqueue("c1", 2, 1, Start, [new RefusedAgent("alice", Start.AddSeconds(60))], "+1555"));
        test.Wait(30.1);
        test.None<Reserve>();
        Assert.Equal("voicemail:box", test.One<QueueOverflowed>().To);
    }

    [Fact]
    public void A_delay_gates_the_agent_who_comes_free_as_it_gates_the_caller_who_looks()
    {
        var late = Routing.Agent() with { Queues = [new AgentQueueOptions { Name = "support", Delay = TimeSpan.FromSeconds(20) }] };
        var test = Begin(new QueueOptions(), ("late", late));
        test.Send(State("late", free: 0), new Enqueue("c1", 1, 1, Start, [], "+1555"));
        Assert.Null(test.Send(State("late", free: 1, version: 2) with { WantsBids = true }).One<Bid>().CallId);
        Assert.Empty(test.Wait(19).Of<Reserve>());
        Assert.Equal("c1", test.Wait(1.1).One<Reserve>().CallId);
    }

    private static MachineUnderTest<QueueMessage> Begin(QueueOptions options, params (string Id, AgentOptions Agent)[] agents)
    {
        var queue = new QueueMachine("support", Routing.With(options, agents), Start);
        var test = new MachineUnderTest<QueueMessage>(queue);
        test.Do(queue.Load);
        return test;
    }

    private static AgentChanged State(string id, int free, long version = 1) =>
        new() { AgentId = id, Version = version, LoggedIn = true, Free = free, WantsBids = false, IdleSince = Start, Presence = "Available" };
}
