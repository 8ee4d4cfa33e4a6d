using CallCluster.Contracts.Configuration;
using CallCluster.Grains.Queues;

namespace CallCluster.Grains.Tests.Queues;

public sealed class AgentIndexTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 9, 0, 0, TimeSpan.Zero);
    private static readonly string[] Skills = ["support", "es", "fr"];

    [Theory]
    [InlineData(QueueStrategy.LongestIdle)]
    [InlineData(QueueStrategy.MostSkilled)]
    [InlineData(QueueStrategy.LeastOccupied)]
    [InlineData(QueueStrategy.RoundRobin)]
    [InlineData(QueueStrategy.Weighted)]
    [InlineData(QueueStrategy.RingAll)]
    public void The_index_finds_whom_a_look_at_everybody_finds(QueueStrategy strategy)
    {
        var found = 0;
        for (var seed = 0; seed < 500; seed++)
        {
            var random = new Random(seed);
            var queue = new QueueOptions { Strategy = strategy, Steps = Steps(random) };
            var agents = Enumerable.Range(0, random.Next(1, 12)).Select(i => Random(i, random)).ToList();
            var index = Index(queue, agents);
            foreach (var (agent, _, _) in agents) Play(index, agent, random);
            var caller = new Caller("c1") { FirstQueuedAt = Now.AddSeconds(-random.Next(40)) };
            if (random.Next(2) == 0) caller.RefusedBy = [new("a" + random.Next(agents.Count), Now.AddSeconds(1)), new("a" + random.Next(agents.Count), Now)];
            caller.Matured = index.Waits.Count(wait => caller.FirstQueuedAt + wait <= Now);

            var expected = LookAtEverybody(queue, agents, caller);
            Assert.True(expected?.Id == index.Best(caller, Now)?.Id, $"Seed {seed}: {index.Best(caller, Now)?.Id ?? "nobody"} instead of {expected?.Id ?? "nobody"}");
            found += expected is null ? 0 : 1;
        }

        Assert.InRange(found, 200, 480);
    }

    [Fact]
    public void Most_skilled_prefers_the_higher_level_and_of_equals_whoever_is_missed_least_elsewhere()
    {
        var queue = new QueueOptions { Strategy = QueueStrategy.MostSkilled, Steps = [new StepOptions { Needs = Levels(("support", 2)) }] };
        var index = Index(queue, [Agent("novice", ("support", 2)), Agent("polyglot", ("support", 4), ("es", 5)), Agent("expert", ("support", 4)), Agent("other", ("es", 5))], logIn: true);
        Assert.Equal(["expert", "polyglot", "novice", null], Drain(index, 4));
    }

    [Fact]
    public void Preferred_skills_come_before_the_strategy_and_exclude_nobody()
    {
        var queue = new QueueOptions { Strategy = QueueStrategy.MostSkilled, Steps = [new StepOptions { Needs = Levels(("support", 1)), Prefers = Levels(("es", 2), ("fr", 1)) }] };
        var index = Index(queue, [Agent("expert", ("support", 5)), Agent("es", ("support", 1), ("es", 2)), Agent("both", ("support", 1), ("es", 2), ("fr", 1)), Agent("little", ("support", 4), ("es", 1))], logIn: true);
        Assert.Equal(["both", "es", "expert", "little"], Drain(index, 4));
    }

    [Fact]
    public void Round_robin_lets_each_have_a_turn_whoever_has_idled_longest()
    {
        var agents = new[] { Agent("a"), Agent("b"), Agent("c") };
        var index = Index(new QueueOptions { Strategy = QueueStrategy.RoundRobin }, agents, logIn: true);
        Assert.Equal(["a", "b", "c", "a", "b", "c", "a"], Turns(index, 7));
    }

    [Fact]
    public void Weights_share_the_turns_in_proportion()
    {
        var agents = new[] { Weighing("a", 1), Weighing("b", 3), Weighing("c", 6) };
        var index = Index(new QueueOptions { Strategy = QueueStrategy.Weighted }, agents, logIn: true);
        Assert.Equal([("a", 100), ("b", 300), ("c", 600)], Turns(index, 1000).CountBy(id => id!).OrderBy(id => id.Key).Select(count => (count.Key, count.Value)));
    }

    [Fact]
    public void Least_occupied_spreads_callers_over_agents_who_may_have_several()
    {
        var agents = new[] { Agent("a"), Agent("b") };
        for (var i = 0; i < agents.Length; i++) agents[i].Options = agents[i].Options with { Capacity = 3 };
        var index = Index(new QueueOptions { Strategy = QueueStrategy.LeastOccupied }, agents, logIn: true);
        foreach (var (agent, _, _) in agents) index.SetFree(agent, 3);
        Assert.Equal(["a", "b", "a", "b", "a", "b", null], Drain(index, 7));
    }

    [Fact]
    public void Turns_of_a_strategy_with_longer_rounds_do_not_keep_an_agent_out()
    {
        var agents = new[] { Agent("a"), Agent("b") };
        var rounds = Index(new QueueOptions { Strategy = QueueStrategy.RoundRobin }, agents, logIn: true);
        Assert.Equal(["a"], Turns(rounds, 1));
        for (var i = 0; i < agents.Length; i++) agents[i].Serves = agents[i].Serves with { Weight = 1000 };
        Assert.Equal(["b", "a", "b", "a"], Turns(new AgentIndex(new QueueOptions { Strategy = QueueStrategy.Weighted }, agents, rounds), 4));
    }

    [Fact]
    public void Who_comes_late_does_not_make_up_for_the_turns_of_others()
    {
        var agents = new[] { Agent("a"), Agent("b") };
        var index = Index(new QueueOptions { Strategy = QueueStrategy.RoundRobin }, agents, logIn: true);
        index.SetFree(agents[1].Agent, 0);
        Assert.Equal(["a", "a", "a", "a"], Turns(index, 4));
        index.SetFree(agents[1].Agent, 1);
        Assert.Equal(["b", "a", "b", "a"], Turns(index, 4));
    }

    [Fact]
    public void A_caller_whom_the_agent_did_not_get_was_no_turn()
    {
        var agents = new[] { Agent("a"), Agent("b") };
        var index = Index(new QueueOptions { Strategy = QueueStrategy.RoundRobin }, agents, logIn: true);
        index.Take(agents[0].Agent);
        index.ReturnTurn(agents[0].Agent);
        index.SetFree(agents[0].Agent, 1);
        Assert.Equal(["a", "b"], Turns(index, 2));
    }

    private static QueueAgent? LookAtEverybody(QueueOptions queue, List<(QueueAgent Agent, AgentOptions Options, AgentQueueOptions Serves)> agents, Caller caller)
    {
        var waited = Now - caller.FirstQueuedAt;
        var step = queue.Steps.Select((step, i) => (step, i)).Last(s => s.step.After <= waited).i;
        while (step < queue.Steps.Count - 1 && !agents.Exists(agent => agent.Agent.LoggedIn && Meets(agent.Options, queue.Steps[step].Needs))) step++;
        var named = queue.Steps[step].Needs.Keys.Union(queue.Steps[step].Prefers.Keys).ToArray();
        return agents
            .Where(agent => agent.Agent.Free > 0 && agent.Serves.Delay <= waited && Meets(agent.Options, queue.Steps[step].Needs) && !caller.RefusedBy.Any(refused => refused.AgentId == agent.Agent.Id && refused.Until > Now))
            .OrderByDescending(agent => queue.Steps[step].Prefers.Count(skill => agent.Options.Skills.GetValueOrDefault(skill.Key) >= skill.Value))
            .ThenBy(agent => queue.Strategy == QueueStrategy.LeastOccupied ? -(double)agent.Agent.Free / agent.Options.Capacity : 0)
            .ThenBy(agent => queue.Strategy switch
            {
                QueueStrategy.MostSkilled => -(1000 * named.Sum(skill => agent.Options.Skills.GetValueOrDefault(skill))) + agent.Options.Skills.Where(skill => !named.Contains(skill.Key)).Sum(skill => skill.Value),
                QueueStrategy.LeastOccupied => agent.Agent.OccupancyRank,
                QueueStrategy.RoundRobin or QueueStrategy.Weighted => agent.Agent.Turn,
                _ => 0,
            })
            .ThenBy(agent => queue.Strategy is QueueStrategy.RoundRobin or QueueStrategy.Weighted ? default : agent.Agent.IdleSince)
            .ThenBy(agent => agent.Agent.Id, StringComparer.Ordinal)
            .Select(agent => agent.Agent)
            .FirstOrDefault();
    }

    private static bool Meets(AgentOptions agent, IReadOnlyDictionary<string, int> needs) => needs.All(need => agent.Skills.GetValueOrDefault(need.Key) >= need.Value);

    private static List<StepOptions> Steps(Random random)
    {
        var steps = new List<StepOptions>();
        var needs = Skills.Where(_ => random.Next(2) == 0).ToDictionary(skill => skill, _ => random.Next(1, 6));
        for (var after = 0; steps.Count == 0 || (steps.Count < 3 && random.Next(3) > 0); after += random.Next(1, 20))
        {
            steps.Add(new StepOptions { After = TimeSpan.FromSeconds(after), Needs = new Dictionary<string, int>(needs), Prefers = Skills.Where(_ => random.Next(4) == 0).ToDictionary(skill => skill, _ => random.Next(1, 4)) });
            foreach (var skill in needs.Keys.ToArray()) if ((needs[skill] -= random.Next(3)) <= 0) needs.Remove(skill);
        }

        return steps;
    }

    private static (QueueAgent Agent, AgentOptions Options, AgentQueueOptions Serves) Random(int i, Random random) =>
        (new QueueAgent("a" + i) { IdleSince = Now.AddSeconds(-random.Next(4)), OccupancyRank = random.Next(4) },
            new AgentOptions { Capacity = random.Next(2, 5), Skills = Skills.Where(_ => random.Next(3) > 0).ToDictionary(skill => skill, _ => random.Next(1, 6)) },
            new AgentQueueOptions { Name = "support", Delay = TimeSpan.FromSeconds(random.Next(3) * 10), Weight = random.Next(1, 4) });

    // The agent's story, as a queue hears it.
    private static void Play(AgentIndex index, QueueAgent agent, Random random)
    {
        index.SetLoggedIn(agent, random.Next(5) > 0);
        if (!agent.LoggedIn) return;
        index.SetFree(agent, random.Next(3));
        if (agent.Free > 0 && random.Next(2) == 0) index.Take(agent);
        if (random.Next(4) == 0) index.ReturnTurn(agent);
    }

    private static AgentIndex Index(QueueOptions queue, IReadOnlyList<(QueueAgent Agent, AgentOptions, AgentQueueOptions)> agents, bool logIn = false)
    {
        var index = new AgentIndex(queue, agents);
        foreach (var (agent, _, _) in logIn ? agents : [])
        {
            index.SetLoggedIn(agent, true);
            index.SetFree(agent, 1);
        }

        return index;
    }

    private static List<string?> Drain(AgentIndex index, int times) => [.. Enumerable.Range(0, times).Select(_ => Next(index, again: false))];

    private static List<string?> Turns(AgentIndex index, int times) => [.. Enumerable.Range(0, times).Select(_ => Next(index, again: true))];

    private static string? Next(AgentIndex index, bool again)
    {
        if (index.Best(new Caller("c") { FirstQueuedAt = Now, Matured = 1 }, Now) is not { } agent) return null;
        index.Take(agent);
        if (again) index.SetFree(agent, 1);
        return agent.Id;
    }

    private static (QueueAgent Agent, AgentOptions Options, AgentQueueOptions Serves) Agent(string id, params (string, int)[] skills) =>
        (new QueueAgent(id) { IdleSince = Now.AddSeconds(-60) }, new AgentOptions { Skills = Levels(skills) }, new AgentQueueOptions { Name = "support" });

    private static (QueueAgent Agent, AgentOptions Options, AgentQueueOptions Serves) Weighing(string id, int weight) => (new QueueAgent(id), new AgentOptions(), new AgentQueueOptions { Name = "support", Weight = weight });

    private static Dictionary<string, int> Levels(params (string Skill, int Level)[] levels) => levels.ToDictionary(level => level.Skill, level => level.Level);
}
