using CallCluster.Contracts.Agents;
using CallCluster.Contracts.Calls;
using CallCluster.Contracts.Configuration;
using CallCluster.Contracts.Queues;
using CallCluster.Grains.Queues;

namespace CallCluster.Grains.Tests.Queues;

/// <summary>Steps of needs through the queue's machine: novice and expert, whom step one asks for.</summary>
public sealed class NeedsTests
{
    private static readonly DateTimeOffset Start = MachineUnderTest<QueueMessage>.Start;
    private readonly Routing _routing;
    private readonly MachineUnderTest<QueueMessage> _test;
    private readonly QueueMachine _queue;

    public NeedsTests()
    {
        var options = new QueueOptions { Steps = [Step(0, 4), Step(10, 2), Step(20, 1)], Overflow = [new OverflowOptions { When = OverflowCondition.NoAgents, To = "voicemail:box" }] };
        _routing = Routing.With(options, ("expert", Skilled(5)), ("fair", Skilled(2)), ("novice", Skilled(1)), ("stranger", Routing.Agent("support")));
        _queue = new QueueMachine("support", _routing, Start);
        _test = new(_queue);
        _test.Do(_queue.Load);
        _test.Send(State("expert", free: 0), State("fair", free: 0), State("novice", free: 1), State("stranger", free: 1));
    }

    [Fact]
    public void An_agent_who_meets_a_later_step_is_sent_the_caller_when_that_step_begins_and_one_who_meets_none_never()
    {
        _test.Send(Caller("c1"));
        Assert.Empty(_test.Wait(19.9).Of<Reserve>());
        _test.Wait(0.2).One<Reserve>();
        Assert.Equal("novice", _test.Sent.Single(effect => effect.Payload is Reserve).Key);
    }

    [Fact]
    public void A_caller_who_has_waited_elsewhere_begins_in_the_step_of_the_whole_wait()
    {
        var earlier = Caller("c1") with { FirstQueuedAt = Start.AddSeconds(-25) };
        Assert.Equal("novice", Assert.Single(_test.Send(earlier).Sent).Key);
    }

    [Fact]
    public void An_agent_who_comes_free_gets_the_first_in_line_whose_step_the_agent_meets()
    {
        _test.Send(State("novice", free: 0, version: 2));
        _test.Send(Caller("old", place: 5));
        _test.Wait(15);
        _test.Send(Caller("young", place: 1));
        Assert.Null(Bid("novice"));
        Assert.Equal("old", Bid("fair"));
        Assert.Equal("young", Bid("expert"));
    }

    [Fact]
    public void When_the_last_who_could_meet_a_step_logs_out_the_next_one_holds_at_once()
    {
        _test.Send(Caller("c1"), Caller("c2", place: 2));
        _test.Send(State("expert", free: 0, loggedIn: false, version: 2));
        _test.None<Reserve>();
        _test.Send(State("fair", free: 0, loggedIn: false, version: 2));
        Assert.Equal(("novice", "c1"), (_test.Sent.Single(effect => effect.Payload is Reserve).Key, _test.One<Reserve>().CallId));
    }

    [Fact]
    public void A_caller_who_arrives_when_nobody_could_meet_the_first_step_begins_in_the_next_that_somebody_meets()
    {
        _test.Send(State("expert", free: 0, loggedIn: false, version: 2), State("fair", free: 0, loggedIn: false, version: 2), Caller("c1"));
        Assert.Equal("novice", _test.Sent.Single(effect => effect.Payload is Reserve).Key);
    }

    [Fact]
    public void Steps_hold_again_for_new_callers_when_somebody_who_meets_them_logs_in()
    {
        _test.Send(State("expert", free: 0, loggedIn: false, version: 2), State("fair", free: 0, loggedIn: false, version: 2), State("expert", free: 0, version: 3), Caller("c1"));
        _test.None<Reserve>();
        Assert.Null(Bid("novice"));
        Assert.Equal("c1", Bid("expert"));
    }

    [Fact]
    public void Nobody_logged_in_who_meets_any_step_is_nobody()
    {
        _test.Send(State("expert", free: 0, loggedIn: false, version: 2), State("fair", free: 0, loggedIn: false, version: 2), Caller("c1") with { RefusedBy = [new RefusedAgent("novice", Start.AddHours(1))] });
        _test.None<QueueOverflowed>();
        Assert.Equal("NoAgents", _test.Send(State("novice", free: 0, loggedIn: false, version: 2)).One<QueueOverflowed>().Reason);
    }

    [Fact]
    public void A_delay_counts_in_every_step()
    {
        var helper = Skilled(5) with { Queues = [new AgentQueueOptions { Name = "support", Delay = TimeSpan.FromSeconds(15) }] };
        var late = Skilled(2) with { Queues = [new AgentQueueOptions { Name = "support", Delay = TimeSpan.FromSeconds(5) }] };
        var options = _routing.Current.Queues["support"];
        _routing.Current = Routing.With(options, ("expert", helper), ("fair", late)).Current;
        _test.Send(State("expert", free: 1, version: 9), Caller("c1"));
        Assert.Empty(_test.Wait(9).Of<Reserve>());
        _test.Send(State("fair", free: 1, version: 9));
        _test.None<Reserve>();
        Assert.Equal("fair", _test.Wait(2).Sent.Single(effect => effect.Payload is Reserve).Key);
        _test.Send(new Leave("c1", 2, LeaveReason.Answered), Caller("c2"));
        Assert.Equal("expert", _test.Wait(16).Sent.Single(effect => effect.Payload is Reserve).Key);
    }

    [Fact]
    public void Changed_needs_hold_at_once_for_those_in_line()
    {
        _test.Send(Caller("c1"));
        _test.None<Reserve>();
        _routing.Current = _routing.Current with { Queues = new Dictionary<string, QueueOptions> { ["support"] = new() { Steps = [Step(0, 1)] } } };
        _test.Do((now, effects) => _queue.OnDue(now, effects));
        Assert.Equal("novice", _test.Sent.Single(effect => effect.Payload is Reserve).Key);
    }

    [Fact]
    public void An_expert_who_is_new_is_heard_before_anybody_is_given_up_for_lack_of_one()
    {
        _test.Send(Caller("c1"));
        _routing.Current = Routing.With(_routing.Current.Queues["support"], ("successor", Skilled(5)), ("novice", Skilled(1))).Current;
        _test.Do((now, effects) => _queue.OnDue(now, effects));
        _test.None<Reserve>();
        Assert.Equal("successor", _test.Sent.Single(effect => effect.Payload is TellState).Key);
        Assert.Equal("successor", _test.Send(State("successor", free: 1)).Sent.Single(effect => effect.Payload is Reserve).Key);
    }

    [Fact]
    public void A_new_agent_who_does_not_answer_holds_nobody_up_for_long()
    {
        _test.Send(Caller("c1"));
        _routing.Current = Routing.With(_routing.Current.Queues["support"], ("silent", Skilled(5)), ("novice", Skilled(1))).Current;
        _test.Do((now, effects) => _queue.OnDue(now, effects));
        Assert.Equal("novice", _test.Wait(1.1).Sent.Single(effect => effect.Payload is Reserve).Key);
    }

    private string? Bid(string agent) => _test.Send(State(agent, free: 1, version: 50) with { WantsBids = true }).One<Bid>().CallId;

    private Enqueue Caller(string id, long place = 1) => new(id, 1, place, _test.Now, [], "+1555");

    private static StepOptions Step(int after, int level) => new() { After = TimeSpan.FromSeconds(after), Needs = new Dictionary<string, int> { ["support"] = level } };

    private static AgentOptions Skilled(int level) => Routing.Agent("support") with { Skills = new Dictionary<string, int> { ["support"] = level } };

    private static AgentChanged State(string id, int free, bool loggedIn = true, long version = 1) => new()
    {
        AgentId = id,
        Version = version,
        LoggedIn = loggedIn,
        Free = free,
        WantsBids = false,
        IdleSince = Start,
        Presence = loggedIn ? "Available" : "Offline",
    };
}
