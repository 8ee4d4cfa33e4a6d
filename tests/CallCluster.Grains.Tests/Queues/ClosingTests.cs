using CallCluster.Contracts.Agents;
using CallCluster.Contracts.Calls;
using CallCluster.Contracts.Closures;
using CallCluster.Contracts.Configuration;
using CallCluster.Contracts.Queues;
using CallCluster.Grains.Queues;

namespace CallCluster.Grains.Tests.Queues;

public sealed class ClosingTests
{
    private static readonly DateTimeOffset Start = MachineUnderTest<QueueMessage>.Start;
    private static readonly OverflowOptions Closed = new() { When = OverflowCondition.Closed, To = "voicemail:closed" };
    private static readonly OverflowOptions Full = new() { When = OverflowCondition.Length, OverLength = 0, To = "tel:+1555" };

    [Fact]
    public void Who_comes_outside_the_hours_overflows_even_though_an_agent_is_free()
    {
        var test = Begin(free: 1, Span(opensIn: 60, closesIn: 120), Closed);
        Assert.Equal("Closed", test.Send(Caller("c1")).One<QueueOverflowed>().Reason);
        test.None<Reserve>();
        test.Send(new Leave("c1", 2, LeaveReason.Overflowed)).Wait(61);
        test.Send(Caller("c2", arrivedIn: 61)).One<Reserve>();
    }

    [Fact]
    public void Who_waits_at_closing_time_is_served_and_stays_so_when_the_queue_begins_anew()
    {
        var hours = Span(opensIn: -60, closesIn: 60);
        var test = Begin(free: 0, hours, Closed);
        test.Send(Caller("c1"));
        Assert.Empty(test.Wait(70).Of<QueueOverflowed>());
        Assert.Equal("c1", test.Send(Agent(free: 1, version: 2)).One<Bid>().CallId);

        // The queue's silo has died after closing time: the call says when it came.
        var again = Begin(free: 0, hours, Closed, startsIn: 80);
        again.Send(Caller("c1", version: 2));
        Assert.Empty(again.Of<QueueOverflowed>());
        Assert.Equal("Closed", again.Send(Caller("c2", arrivedIn: 80)).One<QueueOverflowed>().Reason);
    }

    [Fact]
    public void Of_several_rules_the_first_that_holds_is_taken_while_closed()
    {
        var test = Begin(free: 1, Span(opensIn: 60, closesIn: 120), Full, Closed);
        Assert.Equal(("Length", "tel:+1555"), (test.Send(Caller("c1")).One<QueueOverflowed>().Reason, test.One<QueueOverflowed>().To));
    }

    [Fact]
    public void A_closure_by_hand_sends_away_who_comes_and_who_waits_but_nobody_who_is_being_offered()
    {
        var test = Begin(free: 1, hours: null, Closed);
        var offer = test.Send(Caller("c1")).One<Reserve>().OfferId;
        test.Send(new Offering("c1", 2, "alice", offer), Agent(free: 0, version: 2), Caller("c2"));
        test.Send(new ClosureChanged(5, true, "fire alarm"));
        Assert.Equal("c2", Assert.Single(test.Sent).Key);
        Assert.Equal("Closed", test.One<QueueOverflowed>().Reason);
        Assert.Equal("Closed", test.Send(Caller("c3")).One<QueueOverflowed>().Reason);
        Assert.Equal("Closed", test.Send(Caller("c1", version: 3)).One<QueueOverflowed>().Reason);
    }

    [Fact]
    public void A_closure_that_ends_lets_callers_in_and_an_older_word_does_not_close_again()
    {
        var test = Begin(free: 1, hours: null, Closed);
        test.Send(new ClosureChanged(5, true, "fire alarm"), new ClosureChanged(6, false, null), new ClosureChanged(5, true, "fire alarm"));
        test.Send(Caller("c1")).One<Reserve>();
    }

    [Fact]
    public void A_queue_that_has_just_begun_matches_nobody_before_it_knows_whether_it_is_closed_and_asks_until_it_does()
    {
        var queue = new QueueMachine("support", Options(hours: null, Closed), Start);
        var test = new MachineUnderTest<QueueMessage>(queue);
        test.Do(queue.Load);
        test.One<TellClosure>();
        Assert.Empty(test.Send(Agent(free: 1), Caller("c1")).Of<Reserve>());
        Assert.Equal("Closed", test.Send(new ClosureChanged(5, true, "fire alarm")).One<QueueOverflowed>().Reason);

        queue = new QueueMachine("support", Options(hours: null, Closed), Start);
        test = new MachineUnderTest<QueueMessage>(queue);
        test.Do(queue.Load);
        test.Send(Agent(free: 1), Caller("c1"));
        test.Wait(1.1).One<Reserve>();
        test.One<TellClosure>();
        Assert.NotEmpty(test.Wait(5).Of<TellClosure>());
        test.Send(new ClosureChanged(1, false, null));
        Assert.Empty(test.Wait(60).Of<TellClosure>());
        Assert.NotEmpty(test.Wait(60).Of<TellClosure>());
    }

    [Fact]
    public void A_queue_that_cannot_be_closed_asks_nobody()
    {
        var queue = new QueueMachine("support", Options(hours: null, Full), Start);
        var test = new MachineUnderTest<QueueMessage>(queue);
        test.Do(queue.Load);
        test.None<TellClosure>();
        Assert.True(queue.IsOpen(Start));
    }

    private static MachineUnderTest<QueueMessage> Begin(int free, string? hours, params OverflowOptions[] rules) => Begin(free, hours, rules, startsIn: 0);

    private static MachineUnderTest<QueueMessage> Begin(int free, string? hours, OverflowOptions rule, double startsIn) => Begin(free, hours, [rule], startsIn);

    private static MachineUnderTest<QueueMessage> Begin(int free, string? hours, OverflowOptions[] rules, double startsIn)
    {
        var queue = new QueueMachine("support", Options(hours, rules), Start.AddSeconds(startsIn));
        var test = new MachineUnderTest<QueueMessage>(queue);
        test.Wait(startsIn);
        test.Do(queue.Load);
        return test.Send(Agent(free), new ClosureChanged(1, false, null));
    }

    private static Routing Options(string? hours, params OverflowOptions[] rules)
    {
        var routing = Routing.With(new QueueOptions { Overflow = rules, Hours = hours is null ? null : "office" }, ("alice", Routing.Agent("support")));
        if (hours is not null) routing.Current = routing.Current with { Hours = new Dictionary<string, HoursOptions> { ["office"] = new() { TimeZone = "UTC", Open = [hours] } } };
        return routing;
    }

    private static string Span(int opensIn, int closesIn) => $"Mon-Sun {Start.AddSeconds(opensIn):HH:mm}-{Start.AddSeconds(closesIn):HH:mm}";

    private static Enqueue Caller(string id, long version = 1, int arrivedIn = 0) => new(id, version, 1, Start, [], "+1555") { ArrivedAt = Start.AddSeconds(arrivedIn) };

    private static AgentChanged Agent(int free, long version = 1) => new()
    {
        AgentId = "alice",
        Version = version,
        LoggedIn = true,
        Free = free,
        WantsBids = version > 1,
        IdleSince = Start,
        Presence = "Available",
    };
}
