using CallCluster.Contracts.Agents;
using CallCluster.Contracts.Calls;
using CallCluster.Contracts.Configuration;
using CallCluster.Contracts.Queues;
using CallCluster.Grains.Queues;

namespace CallCluster.Grains.Tests.Queues;

public sealed class OverflowTests
{
    private static readonly DateTimeOffset Start = MachineUnderTest<QueueMessage>.Start;
    private static readonly OverflowOptions NoAgents = new() { When = OverflowCondition.NoAgents, To = "voicemail:nobody" };
    private static readonly OverflowOptions Waited = new() { When = OverflowCondition.Waited, OverTime = TimeSpan.FromSeconds(120), To = "voicemail:waited" };
    private static readonly OverflowOptions Length = new() { When = OverflowCondition.Length, OverLength = 2, To = "voicemail:full" };
    private static readonly OverflowOptions Estimated = new() { When = OverflowCondition.EstimatedWait, OverTime = TimeSpan.FromSeconds(150), To = "voicemail:long" };

    [Fact]
    public void Nobody_logged_in_sends_a_caller_away_on_arrival()
    {
        var test = Begin(Agent(loggedIn: false, free: 0), NoAgents);
        Assert.Equal(("NoAgents", "voicemail:nobody", 1L), Overflowed(test.Send(Caller("c1"))));
    }

    [Fact]
    public void The_last_agents_going_sends_everybody_in_line_away()
    {
        var test = Begin(Agent(loggedIn: true, free: 0), NoAgents);
        test.Send(Caller("c1"), Caller("c2"));
        test.None<QueueOverflowed>();
        test.Send(Agent(loggedIn: false, free: 0, version: 2));
        Assert.Equal(2, test.Of<QueueOverflowed>().Count);
    }

    [Fact]
    public void An_agent_without_the_needed_skill_does_not_count_as_somebody()
    {
        var needs = new StepOptions { Needs = new Dictionary<string, int> { ["sales"] = 1 } };
        var test = Begin(Agent(loggedIn: true, free: 1), new QueueOptions { Overflow = [NoAgents], Steps = [needs] });
        Assert.Equal("NoAgents", Overflowed(test.Send(Caller("c1"))).Reason);
    }

    [Fact]
    public void Waited_counts_from_first_queueing_and_is_told_when_due()
    {
        var test = Begin(Agent(loggedIn: true, free: 0), Waited);
        test.Send(Caller("c1"));
        Assert.Empty(test.Wait(119).Of<QueueOverflowed>());
        Assert.Equal(("Waited", "voicemail:waited", 1L), Overflowed(test.Wait(2)));

        var earlier = Caller("c2") with { FirstQueuedAt = test.Now.AddSeconds(-200) };
        Assert.Equal("Waited", Overflowed(test.Send(earlier)).Reason);
    }

    [Fact]
    public void A_caller_who_finds_the_line_full_goes_elsewhere_and_those_in_line_stay()
    {
        var test = Begin(Agent(loggedIn: true, free: 0), Length);
        test.Send(Caller("c1"), Caller("c2"));
        test.None<QueueOverflowed>();
        test.Send(Caller("c3"));
        Assert.Equal("c3", Assert.Single(test.Sent).Key);
        Assert.Equal("Length", test.One<QueueOverflowed>().Reason);
        Assert.Empty(test.Send(Caller("c1", version: 4)).Of<QueueOverflowed>());
    }

    [Fact]
    public void A_caller_who_will_wait_too_long_goes_elsewhere_and_those_in_line_stay()
    {
        var test = Begin(Agent(loggedIn: true, free: 1), Estimated);
        for (var i = 0; i < WaitEstimator.LeastServed; i++) Serve(test, $"served{i}", version: 2 * (i + 1));
        test.Send(Agent(loggedIn: true, free: 0, version: 100), Caller("c1"), Caller("c2"));
        Assert.Empty(test.Of<QueueOverflowed>());
        Assert.Equal(("EstimatedWait", "voicemail:long", 1L), Overflowed(test.Send(Caller("c3") with { ArrivedAt = test.Now })));
        // One place is worth the 60 s that alice takes for a call.
        var view = ((QueueMachine)test.Machine).View(test.Now);
        Assert.Equal([60, 120], view.Callers.Take(2).Select(caller => Math.Round(caller.EstimatedWait!.Value.TotalSeconds)));
        Assert.Empty(test.Wait(60).Send(Caller("c2", version: 4)).Of<QueueOverflowed>());
    }

    [Fact]
    public void While_too_few_were_served_or_nobody_is_on_duty_no_wait_is_made_up()
    {
        var test = Begin(Agent(loggedIn: true, free: 1), Estimated with { OverTime = TimeSpan.FromMilliseconds(1) });
        for (var i = 0; i < WaitEstimator.LeastServed - 1; i++) Serve(test, $"served{i}", version: 2 * (i + 1));
        test.Send(Agent(loggedIn: true, free: 0, version: 100));
        Assert.Empty(test.Send(Caller("c1")).Of<QueueOverflowed>());
        Assert.Null(((QueueMachine)test.Machine).View(test.Now).EstimatedWait);

        test.Send(new Leave("c1", 2, LeaveReason.Abandoned), Agent(loggedIn: true, free: 1, version: 101));
        Serve(test, "last", version: 102);
        test.Send(Agent(loggedIn: true, free: 0, version: 110) with { OnDuty = false, Presence = "Away" });
        Assert.Empty(test.Send(Caller("c2")).Of<QueueOverflowed>());
        Assert.Null(((QueueMachine)test.Machine).View(test.Now).EstimatedWait);
        Assert.NotNull(((QueueMachine)test.Send(Agent(loggedIn: true, free: 0, version: 111)).Machine).View(test.Now).EstimatedWait);
    }

    /// <summary>Alice takes a minute for the caller.</summary>
    private static void Serve(MachineUnderTest<QueueMessage> test, string caller, long version)
    {
        var offer = test.Send(Caller(caller)).One<Reserve>().OfferId;
        test.Send(new Offering(caller, 2, "alice", offer), new Leave(caller, 3, LeaveReason.Answered) { AgentId = "alice" });
        test.Wait(60).Send(Agent(loggedIn: true, free: 1, version: version));
    }

    [Fact]
    public void Callers_who_come_back_to_a_queue_that_has_crashed_do_not_find_it_full()
    {
        var test = Begin(Agent(loggedIn: true, free: 0), Length);
        foreach (var i in Enumerable.Range(1, 5))
            test.Send(Caller($"c{i}") with { FirstQueuedAt = test.Now.AddMinutes(-1), ArrivedAt = test.Now.AddSeconds(-20) }).None<QueueOverflowed>();
        Assert.Equal("Length", test.Send(Caller("new") with { ArrivedAt = test.Now.AddSeconds(-1) }).One<QueueOverflowed>().Reason);
    }

    [Fact]
    public void The_first_rule_in_the_configured_order_that_holds_wins()
    {
        var away = Agent(loggedIn: false, free: 0);
        var early = Caller("c1") with { FirstQueuedAt = Start.AddHours(-1) };
        Assert.Equal("NoAgents", Overflowed(Begin(away, NoAgents, Waited).Send(early)).Reason);
        Assert.Equal("Waited", Overflowed(Begin(away, Waited, NoAgents).Send(early)).Reason);
    }

    [Fact]
    public void A_caller_for_whom_an_agent_is_free_is_not_sent_away()
    {
        var test = Begin(Agent(loggedIn: true, free: 1), Length with { OverLength = 0 });
        test.Send(Caller("c1"));
        test.None<QueueOverflowed>();
        test.One<Reserve>();
    }

    [Fact]
    public void A_caller_being_offered_is_never_sent_away_until_the_offer_has_failed()
    {
        var test = Begin(Agent(loggedIn: true, free: 1), Waited);
        var offer = test.Send(Caller("c1")).One<Reserve>().OfferId;
        test.Send(new Offering("c1", 2, "alice", offer), Agent(loggedIn: true, free: 0, version: 2));
        Assert.Empty(test.Wait(150).Of<QueueOverflowed>());
        Assert.Equal(("Waited", "voicemail:waited", 3L), Overflowed(test.Send(Caller("c1", version: 3))));
    }

    [Fact]
    public void An_overflow_that_the_call_does_not_answer_is_told_again()
    {
        var test = Begin(Agent(loggedIn: false, free: 0), NoAgents);
        test.Send(Caller("c1"));
        test.Wait(2.5).One<QueueOverflowed>();
        test.Send(new Leave("c1", 2, LeaveReason.Overflowed));
        Assert.Empty(test.Wait(60).Of<QueueOverflowed>());
    }

    [Fact]
    public void Nobody_is_sent_away_before_the_agents_have_told_their_state()
    {
        var queue = new QueueMachine("support", Routing.With(new QueueOptions { Overflow = [NoAgents] }, ("alice", Routing.Agent("support"))), Start);
        var test = new MachineUnderTest<QueueMessage>(queue);
        test.Do(queue.Load);
        Assert.Empty(test.Send(Caller("c1")).Of<QueueOverflowed>());
        test.Wait(1.1).One<QueueOverflowed>();
    }

    [Fact]
    public void Who_comes_while_the_queue_loads_is_sent_away_for_the_length_found_then_and_only_once_looked_at()
    {
        var queue = new QueueMachine("support", Routing.With(new QueueOptions { Overflow = [Length] }, ("alice", Routing.Agent("support"))), Start);
        var test = new MachineUnderTest<QueueMessage>(queue);
        test.Do(queue.Load);
        test.Send([.. Enumerable.Range(1, 6).Select(i => Caller($"c{i}"))]);
        test.None<QueueOverflowed>();
        var overflowed = test.Send(Agent(loggedIn: true, free: 0)).Of<QueueOverflowed>();
        Assert.Equal(6 - Length.OverLength!.Value, overflowed.Count);
        Assert.All(overflowed, effect => Assert.Equal("Length", effect.Reason));
        // The call did not hear of it in time and waits on: its length was looked at.
        Assert.Empty(test.Wait(60).Of<QueueOverflowed>());
    }

    private static MachineUnderTest<QueueMessage> Begin(AgentChanged alice, params OverflowOptions[] rules) => Begin(alice, new QueueOptions { Overflow = rules });

    private static MachineUnderTest<QueueMessage> Begin(AgentChanged alice, QueueOptions options)
    {
        var queue = new QueueMachine("support", Routing.With(options, ("alice", Routing.Agent("support"))), Start);
        var test = new MachineUnderTest<QueueMessage>(queue);
        test.Do(queue.Load);
        return test.Send(alice);
    }

    private static (string Reason, string To, long Version) Overflowed(MachineUnderTest<QueueMessage> test)
    {
        var overflowed = test.One<QueueOverflowed>();
        return (overflowed.Reason, overflowed.To, overflowed.Version);
    }

    private static Enqueue Caller(string id, long version = 1) => new(id, version, 1, Start, [], "+1555");

    private static AgentChanged Agent(bool loggedIn, int free, long version = 1) => new()
    {
        AgentId = "alice",
        Version = version,
        LoggedIn = loggedIn,
        Free = free,
        WantsBids = false,
        IdleSince = Start,
        Presence = "Available",
    };
}
