using CallCluster.Contracts.Configuration;

namespace CallCluster.Grains.Tests;

/// <summary>A routing configuration that tests can change.</summary>
internal sealed class Routing(RoutingOptions options) : IRoutingConfiguration
{
    public RoutingOptions Current { get; set; } = options;

    public static Routing With(QueueOptions? queue = null, params (string Id, AgentOptions Agent)[] agents) => new(new RoutingOptions
    {
        Queues = new Dictionary<string, QueueOptions> { ["support"] = queue ?? new QueueOptions() },
        Agents = agents.ToDictionary(agent => agent.Id, agent => agent.Agent),
    });

    public static AgentOptions Agent(params string[] queues) => new()
    {
        Contact = "sip:phone@127.0.0.1",
        Queues = [.. queues.Select(queue => new AgentQueueOptions { Name = queue })],
    };
}
