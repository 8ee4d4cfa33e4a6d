using CallCluster.Contracts.Agents;
using CallCluster.Contracts.Calls;
using CallCluster.Contracts.Configuration;
using CallCluster.Contracts.Queues;
using CallCluster.Grains.Agents;
using CallCluster.Grains.Queues;

namespace CallCluster.Grains.Tests.Queues;

/// <summary>Steps that widen to further queues: support, whose second step brings sales' agents in after 10 s.</summary>
public sealed class FurtherQueuesTests
{
    private static readonly DateTimeOffset Start = MachineUnderTest<QueueMessage>.Start;
    private readonly Routing _routing;
    private readonly MachineUnderTest<QueueMessage> _test;
    private readonly QueueMachine _support;

    public FurtherQueuesTests()
    {
        _routing = new Routing(new RoutingOptions
        {
            Queues = new Dictionary<string, QueueOptions>
            {
                ["support"] = new() { Steps = [Step(0), Step(10, "sales"), Step(20, "billing")], Overflow = [new OverflowOptions { When = OverflowCondition.NoAgents, To = "voicemail:box" }] },
                ["sales"] = new(),
                ["billing"] = new(),
            },
            Agents = new Dictionary<string, AgentOptions>
            {
                ["sue"] = Agent(2, new AgentQueueOptions { Name = "support" }),
                ["sam"] = Agent(2, new AgentQueueOptions { Name = "sales", Rank = 3 }),
                ["novice"] = Agent(1, new AgentQueueOptions { Name = "sales" }),
                ["bill"] = Agent(2, new AgentQueueOptions { Name = "billing" }),
            },
        });
        _support = new QueueMachine("support", _routing, Start);
        _test = new(_support);
        _test.Do(_support.Load);
        _test.Send(State("sue", free: 0), State("sam", free: 1), State("novice", free: 1), State("bill", free: 1));
    }

    [Fact]
    public void An_agent_of_the_further_queue_who_meets_the_needs_gets_the_caller_when_the_step_begins()
    {
        _test.Send(Caller("c1"));
        Assert.Empty(_test.Wait(9.9).Of<Reserve>());
        var reserve = _test.Wait(0.2).One<Reserve>();
        Assert.Equal(("sam", "support", "sales"), (_test.Sent.Single(effect => effect.Payload is Reserve).Key, reserve.Queue, reserve.Why!.OfQueue));
        Assert.StartsWith("sam of sales is first", reserve.Why.InWords("sam"), StringComparison.Ordinal);
    }

    [Fact]
    public void The_queues_of_a_step_are_there_in_those_that_follow()
    {
        _test.Send(State("sam", free: 0, version: 2), State("bill", free: 0, version: 2), Caller("c1")).Wait(21);
        Assert.Equal("c1", Bid("bill", 3));
        _test.Send(new Leave("c1", 2, LeaveReason.Answered), Caller("c2")).Wait(21);
        Assert.Equal("c2", Bid("sam", 3));
    }

    [Fact]
    public void When_nobody_of_the_queue_is_logged_in_the_further_ones_agents_take_callers_at_once()
    {
        _test.Send(Caller("c1"));
        Assert.Equal("c1", _test.Send(State("sue", free: 0, loggedIn: false, version: 2)).One<Reserve>().CallId);
        Assert.Equal("bill", _test.Send(State("sam", free: 0, loggedIn: false, version: 2), Caller("c2")).Sent.Single(effect => effect.Payload is Reserve).Key);
    }

    [Fact]
    public void Nobody_is_logged_in_only_when_the_further_queues_are_empty_too()
    {
        _test.Send(State("sue", free: 0, loggedIn: false, version: 2), State("sam", free: 0, version: 2), State("bill", free: 0, loggedIn: false, version: 2), Caller("c1"));
        _test.None<QueueOverflowed>();
        _test.Send(State("sam", free: 0, loggedIn: false, version: 3)).One<QueueOverflowed>();
    }

    [Fact]
    public void The_caller_is_counted_once_in_the_queue_that_was_entered()
    {
        _test.Send(Caller("c1")).Wait(11);
        _test.Send(new Leave("c1", 2, LeaveReason.Answered));
        Assert.Equal((1, 1), (_support.Statistics.Offered, _support.Statistics.Answered));
    }

    [Fact]
    public void Agents_tell_the_queues_that_widen_to_theirs_and_pick_by_the_rank_of_their_own()
    {
        var sam = new AgentMachine("sam", null, _routing, Start);
        var test = new MachineUnderTest<AgentMessage>(sam);
        test.Do(sam.Announce);
        Assert.Equal(["sales", "support"], test.Sent.Where(effect => effect.Payload is AgentChanged { WantsBids: true }).Select(effect => effect.Key));
        test.Send(new Bid("sales", sam.State.Version, "own", "o1", 7), new Bid("support", sam.State.Version, "theirs", "o2", 5));
        Assert.Equal("support", test.One<AgentReserved>().Queue);
        Assert.Equal("sales", test.Sent.Single(effect => effect.Payload is BidLost).Key);
        Assert.Equal(["sales"], sam.View(Start).Queues);
    }

    [Fact]
    public void An_agent_who_serves_both_is_the_queues_own()
    {
        var agent = Agent(5, new AgentQueueOptions { Name = "sales", Rank = 1 }, new AgentQueueOptions { Name = "support", Rank = 2 });
        Assert.Equal((2, 0), (QueueService.Of(agent, "support", _routing.Current.Queues["support"])!.Value.As.Rank, QueueService.Of(agent, "support", _routing.Current.Queues["support"])!.Value.FromStep));
        Assert.Same(agent.Queues, QueueService.All(agent, _routing.Current.Queues));
    }

    [Fact]
    public void A_step_that_is_narrowed_while_running_lets_nobody_of_the_other_queue_in()
    {
        _test.Send(Caller("c1"));
        _routing.Current = _routing.Current with { Queues = new Dictionary<string, QueueOptions>(_routing.Current.Queues) { ["support"] = new() { Steps = [Step(0), Step(10)] } } };
        Assert.Empty(_test.Wait(30).Of<Reserve>());
        Assert.Equal(1, _support.LoggedIn);
    }

    private string? Bid(string agent, long version) => _test.Send(State(agent, free: 1, version: version) with { WantsBids = true }).One<Bid>().CallId;

    private Enqueue Caller(string id) => new(id, 1, _test.Now.UtcTicks, _test.Now, [], "+1555");

    private static StepOptions Step(int after, params string[] queues) => new() { After = TimeSpan.FromSeconds(after), Needs = new Dictionary<string, int> { ["support"] = 2 }, Queues = queues };

    private static AgentOptions Agent(int level, params AgentQueueOptions[] queues) => Routing.Agent() with { Skills = new Dictionary<string, int> { ["support"] = level }, Queues = queues };

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
