using CallCluster.Contracts.Configuration;

namespace CallCluster.Grains.Tests.Simulation;

/// <summary>What one seed plays: its configuration, its faults and how often they come. All from the seed.</summary>
internal sealed class Scenario
{
    public Scenario(int seed)
    {
        var random = new Random(seed);
        Seed = seed;
        Faults = (seed % 4) switch { 0 => Faults.None, 1 => Faults.Loss, 2 => Faults.Crashes | Faults.StoreFailures, _ => Faults.Loss | Faults.Crashes | Faults.StoreFailures | Faults.EdgeDeaths };
        Calls = random.Next(3, 11);
        Edges = random.Next(1, 3);
        LongestDelay = TimeSpan.FromMilliseconds(random.Next(5, 400));
        Duplicates = random.NextDouble() * 0.1;
        Losses = Faults.HasFlag(Faults.Loss) ? random.NextDouble() * 0.04 : 0;
        Options = WithStickiness(WithAnnouncements(MakeOptions(random), new Random(seed)), new Random(seed));
        // Enough that some ring again.
        if (HasRegulars) Calls += 8;
    }

    public int Seed { get; }

    public Faults Faults { get; }

    public int Calls { get; }

    public int Edges { get; }

    public TimeSpan LongestDelay { get; }

    public double Duplicates { get; }

    public double Losses { get; }

    public RoutingOptions Options { get; }

    /// <summary>A bug: queues that make all steps begin at once.</summary>
    public RoutingOptions WithHastySteps => WithSteps(steps => [.. steps.TakeLast(1).Select(step => step with { After = TimeSpan.Zero })]);

    /// <summary>A bug: queues that never come to the second step.</summary>
    public RoutingOptions WithFirstStepOnly => WithSteps(steps => [.. steps.Take(1)]);

    /// <summary>A bug: queues that never widen to others.</summary>
    public RoutingOptions WithoutFurtherQueues => WithSteps(steps => [.. steps.Select(step => step with { Queues = [] })]);

    /// <summary>A bug: queues that do not care who had the caller last time.</summary>
    public RoutingOptions WithoutStickiness => Options with { Queues = Options.Queues.ToDictionary(queue => queue.Key, queue => queue.Value with { StickyFor = TimeSpan.Zero }) };

    /// <summary>A bug: queues that are never closed.</summary>
    public RoutingOptions WithoutClosing =>
        Options with { Queues = Options.Queues.ToDictionary(queue => queue.Key, queue => queue.Value with { Overflow = [.. queue.Value.Overflow.Where(rule => rule.When != OverflowCondition.Closed)] }) };

    /// <summary>A bug: agents who take twice what they may.</summary>
    public RoutingOptions WithDoubleCapacity => Options with { Agents = Options.Agents.ToDictionary(agent => agent.Key, agent => agent.Value with { Capacity = agent.Value.Capacity * 2 }) };

    /// <summary>Callers arrive, and faults happen, within this time; then everything heals.</summary>
    public TimeSpan Span { get; } = TimeSpan.FromSeconds(60);

    public static string[] Destinations { get; } = ["queue:one", "queue:one", "queue:two", "flow:menu", "agent:a0", "voicemail:box", "tel:+1555", "callback:one"];

    private RoutingOptions WithSteps(Func<IReadOnlyList<StepOptions>, StepOptions[]> change) =>
        Options with { Queues = Options.Queues.ToDictionary(queue => queue.Key, queue => queue.Value with { Steps = change(queue.Value.Steps) }) };

    private static RoutingOptions MakeOptions(Random random)
    {
        var agents = new Dictionary<string, AgentOptions>();
        var count = random.Next(1, 5);
        for (var i = 0; i < count; i++)
        {
            agents["a" + i] = new AgentOptions
            {
                Contact = "sip:a" + i,
                Capacity = random.Next(6) == 0 ? 2 : 1,
                Skills = new Dictionary<string, int> { ["skill"] = random.Next(1, 6) },
                Queues = random.Next(3) switch
                {
                    0 => [Serves("one", random)],
                    1 => [Serves("two", random)],
                    _ => [Serves("one", random), Serves("two", random)],
                },
                NotRespondingFor = TimeSpan.FromSeconds(random.Next(5, 30)),
                Presence = random.Next(8) == 0 ? "Away" : "Available",
            };
        }

        return new RoutingOptions
        {
            Trunks = new Dictionary<string, TrunkOptions> { ["trunk"] = new() { MaxChannels = random.Next(2, 9), MaxOutbound = random.Next(1, 4), Transfer = count % 2 == 0 ? TransferMode.Refer : TransferMode.Bridge }, ["other"] = new() { MaxOutbound = 1 } },
            Outbound = new OutboundOptions { Allow = ["+1"], Routes = [new() { Prefix = "+1", Trunks = ["trunk", "other"] }], RingTimeout = TimeSpan.FromSeconds(10) },
            Agents = agents,
            Queues = new Dictionary<string, QueueOptions>
            {
                ["one"] = MakeQueue(random, needs: random.Next(6), music: random.Next(2) == 0 ? "hold" : null) with { Hours = random.Next(6) switch { 0 => "closes", 1 => "opens", _ => null } },
                ["two"] = MakeQueue(random, needs: 0, music: null) with { Steps = [], Overflow = [Waited(random, "voicemail:box")] },
            },
            Hours = new Dictionary<string, HoursOptions> { ["closes"] = Hours("Mon 08:00-09:01"), ["opens"] = Hours("Mon 09:01-18:00") },
            Flows = new Dictionary<string, FlowOptions>
            {
                ["menu"] = new() { Greeting = "welcome", Menu = new Dictionary<string, string> { ["1"] = "queue:one", ["2"] = "queue:two" }, Default = "queue:one", Timeout = TimeSpan.FromSeconds(3) },
            },
            Voicemail = new VoicemailOptions { Boxes = new Dictionary<string, VoicemailBoxOptions> { ["box"] = new() { Greeting = "leave", Thanks = "thanks", MaxLength = TimeSpan.FromSeconds(20) } } },
        };
    }

    /// <summary>Callers ring again, by few numbers, and some ask for an agent.</summary>
    public bool HasRegulars => Options.Queues["one"].StickyFor > TimeSpan.Zero;

    // A third of the seeds.
    private static RoutingOptions WithStickiness(RoutingOptions options, Random random) => random.Next(3) > 0 ? options : options with
    {
        Queues = options.Queues.ToDictionary(queue => queue.Key, queue => queue.Value with { StickyFor = TimeSpan.FromSeconds(random.Next(5, 40)) }),
    };

    // From a sequence of its own, so that a seed plays the same otherwise.
    private static RoutingOptions WithAnnouncements(RoutingOptions options, Random random) => options with
    {
        Queues = options.Queues.ToDictionary(queue => queue.Key, queue => random.Next(2) == 0 ? queue.Value : queue.Value with
        {
            Announce = new AnnounceOptions { First = TimeSpan.FromSeconds(random.Next(3)), Every = TimeSpan.FromSeconds(random.Next(1, 8)), Position = random.Next(4) > 0, EstimatedWait = random.Next(2) == 0, Prompts = random.Next(2) == 0 ? [] : ["thanks"] },
        }),
    };

    // Half a minute after the start something closes or opens.
    private static HoursOptions Hours(string open) => new() { TimeZone = "UTC", Open = [open] };

    private static AgentQueueOptions Serves(string queue, Random random) =>
        new() { Name = queue, Rank = random.Next(1, 3), Weight = random.Next(1, 4), Delay = random.Next(4) == 0 ? TimeSpan.FromSeconds(random.Next(1, 8)) : TimeSpan.Zero };

    private static QueueOptions MakeQueue(Random random, int needs, string? music) => new()
    {
        Strategy = random.Next(3) == 0 ? QueueStrategy.RingAll : (QueueStrategy)random.Next(5),
        Steps = MakeSteps(random, needs),
        Music = music,
        RingTimeout = TimeSpan.FromSeconds(random.Next(3, 15)),
        WrapUp = TimeSpan.FromSeconds(random.Next(0, 6)),
        Priority = random.Next(2),
        Record = (RecordPolicy)random.Next(2),
        Callback = random.Next(3) == 0 ? null : new CallbackOptions
        {
            Offer = TimeSpan.FromSeconds(random.Next(0, 8)),
            Key = "1",
            Prompt = "offer",
            Confirmation = random.Next(2) == 0 ? "later" : null,
            Retries = random.Next(3),
            RetryEvery = TimeSpan.FromSeconds(random.Next(1, 30)),
            Within = TimeSpan.FromMinutes(random.Next(1, 6)),
            RingTimeout = TimeSpan.FromSeconds(random.Next(3, 15)),
            Refusal = random.Next(2) == 0 ? "sorry" : null,
            Most = random.Next(1, 5),
            Hours = random.Next(4) switch { 0 => "closes", 1 => "opens", _ => null },
        },
        Overflow =
        [
            new OverflowOptions { When = OverflowCondition.Closed, To = random.Next(5) switch { 0 => "queue:two", 1 => "tel:+1555", 2 => "agent:a0", 3 => "hangup:480", _ => "voicemail:box" } },
            new OverflowOptions { When = OverflowCondition.NoAgents, To = "voicemail:box" },
            new OverflowOptions { When = OverflowCondition.Length, OverLength = random.Next(2, 6), To = random.Next(2) == 0 ? "queue:two" : "callback:one" },
            new OverflowOptions { When = OverflowCondition.EstimatedWait, OverTime = TimeSpan.FromSeconds(10), To = "queue:two" },
            Waited(random, random.Next(3) switch { 0 => "queue:two", 1 => "tel:+1555", _ => "voicemail:box" }),
        ],
    };

    // From what is needed down, in one to three steps.
    private static List<StepOptions> MakeSteps(Random random, int needs)
    {
        var steps = new List<StepOptions>();
        for (var after = 0; needs > 0 && steps.Count < 3; after += random.Next(2, 15), needs -= random.Next(1, 6))
            steps.Add(new StepOptions { After = TimeSpan.FromSeconds(after), Needs = new Dictionary<string, int> { ["skill"] = needs }, Prefers = new Dictionary<string, int> { ["skill"] = random.Next(1, 6) } });
        // The last one may widen to the other queue's agents.
        if (random.Next(2) == 0)
        {
            if (steps.Count == 0) steps.Add(new StepOptions());
            steps.Add(new StepOptions { After = steps[^1].After + TimeSpan.FromSeconds(random.Next(1, 10)), Needs = steps[^1].Needs, Queues = ["two"] });
        }

        return steps;
    }

    private static OverflowOptions Waited(Random random, string to) => new() { When = OverflowCondition.Waited, OverTime = TimeSpan.FromSeconds(random.Next(10, 90)), To = to };
}

/// <summary>What goes wrong besides delay, reordering and repetition, which always do.</summary>
[Flags]
internal enum Faults
{
    None = 0,
    Loss = 1,
    Crashes = 2,
    StoreFailures = 4,
    EdgeDeaths = 8,
}
