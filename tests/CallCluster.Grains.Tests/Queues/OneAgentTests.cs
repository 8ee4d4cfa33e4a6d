using CallCluster.Contracts.Agents;
using CallCluster.Contracts.Configuration;
using CallCluster.Contracts.Queues;
using CallCluster.Grains.Queues;

namespace CallCluster.Grains.Tests.Queues;

/// <summary>Callers for one agent: who had them last time, for a while, and whom their destination demands, until the second step.</summary>
public sealed class OneAgentTests
{
    private const string Number = "+15550111";
    private static readonly DateTimeOffset Start = MachineUnderTest<QueueMessage>.Start;
    private static readonly QueueOptions Sticky = new() { StickyFor = TimeSpan.FromSeconds(20) };
    private static readonly QueueOptions Steps = new() { Steps = [new StepOptions { Needs = new Dictionary<string, int> { ["s"] = 3 } }, new StepOptions { After = TimeSpan.FromSeconds(30) }] };
    private readonly Routing _routing = Routing.With(Sticky, ("alice", Routing.Agent("support")), ("bob", Routing.Agent("support")));
    private readonly Dictionary<string, long> _versions = [];
    private QueueMachine _queue = null!;
    private MachineUnderTest<QueueMessage> _test = null!;

    [Fact]
    public void The_agent_of_last_time_is_taken_before_whoever_is_next_by_strategy()
    {
        Begin();
        Talk("alice");
        Send(Agent("alice", free: 1, idle: 1), Agent("bob", free: 1, idle: 100));
        var reserve = Send(Caller("c2")).One<Reserve>();
        Assert.Equal("alice", Assert.Single(_test.Sent).Key);
        Assert.Equal(MatchSide.OneAgent, reserve.Why!.Side);
        Assert.Contains("whom the caller had last time", reserve.Why.InWords("alice"), StringComparison.Ordinal);
        Send(Caller("c3", "+15550112")).One<Reserve>();
        Assert.Equal("bob", Assert.Single(_test.Sent).Key);
    }

    [Fact]
    public void While_that_agent_is_busy_the_caller_waits_so_long_and_then_takes_another_one()
    {
        Begin();
        Talk("alice");
        Send(Agent("bob", free: 1));
        Send(Caller("c2")).None<Reserve>();
        _test.Wait(19.9).None<Reserve>();
        Assert.Contains("alice alone", _queue.Explain("c2", _test.Now), StringComparison.Ordinal);
        Assert.Equal("bob", Assert.Single(_test.Wait(0.2).Sent, effect => effect.Payload is Reserve).Key);
    }

    [Fact]
    public void The_agent_who_comes_free_takes_the_first_in_line_of_all_and_of_the_own_callers()
    {
        Begin();
        Talk("alice");
        Send(Agent("bob", free: 0));
        Send(Caller("d1", "+15550112", place: -5), Caller("d2", place: -4), Caller("d3", "+15550113", place: -3));
        Assert.Equal("d1", Send(Agent("alice", free: 1) with { WantsBids = true }).One<Bid>().CallId);
        Assert.Equal("d2", Send(Agent("alice", free: 1) with { WantsBids = true }).One<Bid>().CallId);
        Assert.Equal("d3", Send(Agent("bob", free: 1) with { WantsBids = true }).One<Bid>().CallId);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, false)]
    public void An_agent_who_is_away_or_goes_keeps_nobody_waiting(bool loggedIn, bool onDuty)
    {
        Begin();
        Talk("alice");
        Send(Agent("bob", free: 1));
        Send(Caller("c2")).None<Reserve>();
        Send(Agent("alice", free: 0) with { LoggedIn = loggedIn, OnDuty = onDuty }).One<Reserve>();
        Assert.Equal("bob", Assert.Single(_test.Sent).Key);
        Send(new Leave("c2", 9, LeaveReason.Abandoned), Agent("bob", free: 1));
        Send(Caller("c3")).One<Reserve>();
    }

    [Fact]
    public void An_agent_who_did_not_take_this_call_keeps_nobody_waiting()
    {
        Begin();
        Talk("alice");
        Send(Agent("alice", free: 1), Agent("bob", free: 1));
        Send(Caller("c2")).One<Reserve>();
        Send(Caller("c2") with { Version = 2, RefusedBy = [new RefusedAgent("alice", _test.Now + TimeSpan.FromMinutes(1))] }).One<Reserve>();
        Assert.Equal("bob", Assert.Single(_test.Sent).Key);
    }

    [Fact]
    public void A_queue_that_begins_anew_hears_from_its_agents_who_talked_with_whom_and_the_latest_holds()
    {
        _queue = new QueueMachine("support", _routing, Start);
        _test = new(_queue);
        Assert.All(_test.Do(_queue.Load).Of<TellState>(), tell => Assert.True(tell.WithCallers));
        Send(Caller("c1"));
        Send(Agent("alice", free: 1, idle: 100) with { Callers = [new RecentCaller("support", Number, Start - TimeSpan.FromHours(2))] });
        Send(Agent("bob", free: 1, idle: 1) with { Callers = [new RecentCaller("support", Number, Start - TimeSpan.FromHours(1))] }).One<Reserve>();
        Assert.Equal("bob", _test.Sent.Single(effect => effect.Payload is Reserve).Key);
    }

    [Fact]
    public void A_demand_goes_before_needs_until_the_second_step_opens_the_caller_to_others()
    {
        _routing.Current = Routing.With(Steps, ("alice", Routing.Agent("support")), ("bob", Routing.Agent("support") with { Skills = new Dictionary<string, int> { ["s"] = 3 } })).Current;
        Begin();
        Send(Agent("alice", free: 0), Agent("bob", free: 1));
        Send(Caller("c1") with { Agent = "alice" }).None<Reserve>();
        Assert.Equal("c1", Send(Agent("alice", free: 1) with { WantsBids = true }).One<Bid>().CallId);

        Send(Agent("alice", free: 0));
        Send(Caller("c2") with { Agent = "alice" }).None<Reserve>();
        _test.Wait(29.9).None<Reserve>();
        Assert.Equal("bob", _test.Wait(0.2).Sent.Single(effect => effect.Payload is Reserve).Key);
    }

    [Fact]
    public void Without_a_second_step_a_demand_holds_and_while_the_agent_is_logged_out_it_does_not()
    {
        Begin();
        Send(Agent("alice", free: 0) with { OnDuty = false }, Agent("bob", free: 1));
        Send(Caller("c1") with { Agent = "alice" }).None<Reserve>();
        _test.Wait(TimeSpan.FromMinutes(1)).None<Reserve>();
        Send(Agent("alice", free: 0) with { LoggedIn = false, OnDuty = false }).One<Reserve>();
        Send(Agent("bob", free: 1));
        Send(Caller("c2") with { Agent = "nobody" }).One<Reserve>();
    }

    [Fact]
    public void Whoever_sits_apart_counts_in_the_place_of_those_behind()
    {
        Begin();
        Send(Agent("alice", free: 0), Agent("bob", free: 0));
        _test.Wait(TimeSpan.FromSeconds(41));
        Send(Caller("c1") with { Agent = "alice" }, Caller("c2", place: 1) with { Agent = "bob" }, Caller("c3", place: 2));
        Assert.Equal(3, Send(new TellWait("c3", 1)).One<Contracts.Calls.WaitTold>().Position);
        Assert.Equal(2, Send(new TellWait("c2", 2)).One<Contracts.Calls.WaitTold>().Position);
    }

    [Fact]
    public void Who_demands_one_agent_is_told_no_wait_since_it_is_not_known_from_what_all_do()
    {
        Begin();
        for (var i = 0; i < WaitEstimator.LeastServed; i++)
        {
            Send(Agent("alice", free: 0), Agent("bob", free: 1));
            Send(Caller($"s{i}", $"+1777{i}")).One<Reserve>();
            Send(new Leave($"s{i}", 9, LeaveReason.Answered) { AgentId = "bob" }, Agent("bob", free: 0));
            _test.Wait(10);
        }

        Send(Agent("bob", free: 1));
        Send(Agent("bob", free: 0));
        Send(Caller("plain", "+15550198"), Caller("asks", "+15550199") with { Agent = "alice" });
        Assert.NotNull(_queue.EstimatedWaitOf("plain"));
        Assert.Null(_queue.EstimatedWaitOf("asks"));
    }

    [Fact]
    public void A_thousand_who_wait_for_one_agent_cost_another_who_comes_free_nothing()
    {
        Begin();
        Send(Agent("alice", free: 0), Agent("bob", free: 0));
        for (var i = 0; i < 1000; i++) Send(Caller($"c{i}", $"+1666{i}") with { Agent = "alice" });
        Send(Caller("plain", "+15550199"));
        Assert.Equal("plain", Send(Agent("bob", free: 1) with { WantsBids = true }).One<Bid>().CallId);
        Assert.Equal("c0", Send(Agent("alice", free: 1) with { WantsBids = true }).One<Bid>().CallId);
    }

    [Fact]
    public void Who_talked_with_whom_is_bounded_and_numbers_that_hide_the_caller_are_not_kept()
    {
        var recent = new RecentAgents();
        recent.Remember("anonymous", "alice", Start);
        Assert.Equal(0, recent.Count);
        for (var i = 0; i < RecentAgents.Limit + 10; i++) recent.Remember($"+1555{i:D7}", "alice", Start + TimeSpan.FromSeconds(i));
        Assert.Equal(RecentAgents.Limit, recent.Count);
        Assert.Null(recent.Of("+15550000009"));
        Assert.Equal("alice", recent.Of("+15550000010"));
        recent.Remember("+15550000010", "bob", Start);
        Assert.Equal("alice", recent.Of("+15550000010"));
    }

    /// <summary>The caller talked with the agent, who is busy since; the other one is away.</summary>
    private void Talk(string agent)
    {
        Send(Agent("alice", free: agent == "alice" ? 1 : 0), Agent("bob", free: agent == "bob" ? 1 : 0));
        Send(Caller("c1")).One<Reserve>();
        Send(new Leave("c1", 9, LeaveReason.Answered) { AgentId = agent }, Agent(agent, free: 0));
    }

    private void Begin()
    {
        _queue = new QueueMachine("support", _routing, Start);
        _test = new(_queue);
        _test.Do(_queue.Load).Wait(2);
    }

    private MachineUnderTest<QueueMessage> Send(params QueueMessage[] messages) => _test.Send(messages);

    private Enqueue Caller(string callId, string number = Number, int place = 0) => new(callId, 1, (_test.Now + TimeSpan.FromSeconds(place)).UtcTicks, _test.Now, [], number);

    private AgentChanged Agent(string id, int free, int idle = 10) => new()
    {
        AgentId = id,
        Version = _versions[id] = _versions.GetValueOrDefault(id) + 1,
        LoggedIn = true,
        OnDuty = true,
        Free = free,
        WantsBids = false,
        IdleSince = _test.Now - TimeSpan.FromSeconds(idle),
        Presence = free > 0 ? "Available" : "Busy",
    };
}
