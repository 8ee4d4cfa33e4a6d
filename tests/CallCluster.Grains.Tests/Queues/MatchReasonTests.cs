using CallCluster.Contracts.Agents;
using CallCluster.Contracts.Configuration;
using CallCluster.Contracts.Queues;
using CallCluster.Grains.Queues;

namespace CallCluster.Grains.Tests.Queues;

/// <summary>Why each assignment was made: what goes with the reservation.</summary>
public sealed class MatchReasonTests
{
    private static readonly DateTimeOffset Start = MachineUnderTest<QueueMessage>.Start;
    private MachineUnderTest<QueueMessage> _test = null!;

    [Fact]
    public void A_caller_who_looks_is_told_step_skills_score_and_who_was_passed_over_and_why()
    {
        var options = new QueueOptions { Steps = [Step(0, 3), Step(10, 1)] };
        Begin(options, ("refused", Agent(1)), ("best", Agent(1)), ("next", Agent(1)), ("less", Agent(2) with { Skills = new Dictionary<string, int> { ["support"] = 1 } }), ("late", Agent(1, delay: 60)), ("away", Agent(5)));
        _test.Send(Free("refused", idle: 90), Free("best", idle: 60), Free("next", idle: 30), Free("less", idle: 500), Free("late", idle: 500), Free("away", idle: 0) with { Free = 0 });
        var caller = new Enqueue("c1", 1, 1, Start.AddSeconds(-12), [new RefusedAgent("refused", Start.AddSeconds(30))], "+1555");
        var reserve = _test.Send(caller).One<Reserve>();
        Assert.Equal("best", Assert.Single(_test.Sent).Key);
        var why = reserve.Why!;
        Assert.Equal((MatchSide.CallerLooked, QueueStrategy.LongestIdle, 2, 2, 12.0, 60.0, 5, 6, 1), (why.Side, why.Strategy, why.Step, why.Steps, why.Waited.TotalSeconds, why.Score, why.Free, why.LoggedIn, why.Waiting));
        Assert.Equal([new SkillLevel("support", 1), new SkillLevel("es", 1)], why.Skills);
        Assert.Equal([new("refused", PassedOverFor.Refused), new("late", PassedOverFor.Delay), new("less", PassedOverFor.FewerSkills), new("next", PassedOverFor.LowerScore, 30)], why.PassedOver.OrderBy(other => other.Why));
        var words = why.InWords("best");
        Assert.StartsWith("best is first by LongestIdle (idle 60 s), one of 5 free among 6 logged in; step 2 of 2 (support 1, es 1); the caller waited 12 s, 1 in line; passed over: refused (did not take this call), ", words, StringComparison.Ordinal);
        Assert.All(["next (idle 30 s)", "late (takes only callers who have waited longer)", "less (fewer of the skills)"], other => Assert.Contains(other, words, StringComparison.Ordinal));
    }

    [Fact]
    public void No_more_than_four_are_named_however_many_agents_are_free()
    {
        Begin(new QueueOptions(), [.. Enumerable.Range(0, 50).Select(i => ($"a{i}", Agent(1)))]);
        _test.Send([.. Enumerable.Range(0, 50).Select(i => Free($"a{i}", idle: i))]);
        var why = _test.Send(new Enqueue("c1", 1, 1, Start, [], "+1555")).One<Reserve>().Why!;
        Assert.Equal((50, 4), (why.Free, why.PassedOver.Length));
        Assert.Equal(["a48", "a47", "a46", "a45"], why.PassedOver.Select(other => other.Id));
    }

    [Fact]
    public void An_agent_who_comes_free_is_told_whom_the_first_in_line_needs()
    {
        Begin(new QueueOptions { Steps = [Step(0, 3), Step(10, 1)] }, ("novice", Agent(1)), ("expert", Agent(3)));
        _test.Send(Free("novice", idle: 1) with { Free = 0 }, Free("expert", idle: 1) with { Free = 0 });
        _test.Send(new Enqueue("young", 1, Start.UtcTicks - TimeSpan.TicksPerMinute, Start, [], "+1555"), new Enqueue("old", 1, Start.AddSeconds(-20).UtcTicks, Start.AddSeconds(-20), [], "+1556"));
        var bid = _test.Send(Free("novice", idle: 0, version: 2) with { WantsBids = true }).One<Bid>();
        Assert.Equal(("old", MatchSide.AgentCameFree, 20.0, 2), (bid.CallId, bid.Why!.Side, bid.Why.Score, bid.Why.Waiting));
        Assert.Equal([new("young", PassedOverFor.NeedsOthers)], bid.Why.PassedOver);
        Assert.Contains("took the first in line whom the needs allow", bid.Why.InWords("novice"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(QueueStrategy.MostSkilled, 4)]
    [InlineData(QueueStrategy.LeastOccupied, 0.25)]
    [InlineData(QueueStrategy.RoundRobin, 0)]
    public void The_score_is_what_the_strategy_goes_by(QueueStrategy strategy, double score)
    {
        Begin(new QueueOptions { Strategy = strategy, Steps = [Step(0, 3)] }, ("a", Agent(3)));
        _test.Send(Free("a", idle: 5) with { Occupancy = 0.25, OccupancyAt = Start });
        Assert.Equal(score, _test.Send(new Enqueue("c1", 1, 1, Start, [], "+1555")).One<Reserve>().Why!.Score, 9);
    }

    private void Begin(QueueOptions options, params (string Id, AgentOptions Agent)[] agents)
    {
        var queue = new QueueMachine("support", Routing.With(options, agents), Start);
        _test = new(queue);
        _test.Do(queue.Load);
    }

    private static StepOptions Step(int after, int level) => new() { After = TimeSpan.FromSeconds(after), Needs = Skills(("support", level)), Prefers = Skills(("es", 1)) };

    private static AgentOptions Agent(int support, int delay = 0) => Routing.Agent() with
    {
        Skills = Skills(("support", support), ("es", 1)),
        Queues = [new AgentQueueOptions { Name = "support", Delay = TimeSpan.FromSeconds(delay) }],
    };

    private static Dictionary<string, int> Skills(params (string Skill, int Level)[] levels) => levels.ToDictionary(level => level.Skill, level => level.Level);

    private static AgentChanged Free(string id, int idle, long version = 1) =>
        new() { AgentId = id, Version = version, LoggedIn = true, Free = 1, WantsBids = false, IdleSince = Start.AddSeconds(-idle), Presence = "Available" };
}
