using System.Globalization;
using CallCluster.Contracts.Configuration;

namespace CallCluster.Benchmarks.Queues;

/// <summary>One queue that needs two skills in three steps and prefers a third, and agents of 50 skills each who serve it.</summary>
internal sealed class SkilledCentre : IRoutingConfiguration
{
    public const string Queue = "q";

    /// <summary>Who has waited so long has come to the last step, so that every agent fits: the most there is to choose from.</summary>
    public static readonly TimeSpan LongWait = TimeSpan.FromSeconds(61);

    public SkilledCentre(QueueStrategy strategy, int agents)
    {
        var random = new Random(1);
        AgentIds = [.. Enumerable.Range(0, agents).Select(i => string.Create(CultureInfo.InvariantCulture, $"agent{i}"))];
        Current = new RoutingOptions
        {
            Queues = new Dictionary<string, QueueOptions> { [Queue] = new() { Strategy = strategy, Steps = [Step(0, 3), Step(30, 2), Step(60, 1)] } },
            Agents = AgentIds.ToDictionary(id => id, id => new AgentOptions
            {
                Contact = $"sip:{id}@192.0.2.1",
                Skills = Enumerable.Range(0, 50).ToDictionary(skill => $"s{skill}", _ => random.Next(1, 6)),
                Queues = [new AgentQueueOptions { Name = Queue, Weight = random.Next(1, 10) }],
            }),
        };
    }

    public string[] AgentIds { get; }

    public RoutingOptions Current { get; }

    private static StepOptions Step(int after, int level) => new()
    {
        After = TimeSpan.FromSeconds(after),
        Needs = new Dictionary<string, int> { ["s1"] = level, ["s2"] = level },
        Prefers = new Dictionary<string, int> { ["s3"] = 3 },
    };
}
