using CallCluster.Contracts.Agents;
using CallCluster.Contracts.Calls;
using CallCluster.Contracts.Configuration;
using CallCluster.Contracts.Queues;
using CallCluster.Grains.Agents;
using CallCluster.Grains.Queues;

namespace CallCluster.Grains.Tests.Queues;

/// <summary>What users of other systems complain of in their queues, by the numbers of facts/complaints.md. Numbers 4 and 5 are in Calls.RingAllTests.</summary>
public sealed class ComplaintsTests
{
    private static readonly DateTimeOffset Start = MachineUnderTest<QueueMessage>.Start;

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
