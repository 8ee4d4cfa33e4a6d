using CallCluster.Contracts.Configuration;

namespace CallCluster.Grains.Staffing;

/// <summary>Makes a configuration one for simulated people: each agent has a phone, and nothing is recorded.</summary>
public static class StaffedRouting
{
    private const int Highest = 5;

    public static RoutingOptions From(RoutingOptions routing) => routing with
    {
        Agents = routing.Agents.ToDictionary(agent => agent.Key, agent => agent.Value with { Contact = $"sip:{agent.Key}@simulated.invalid", Username = null }),
        Queues = routing.Queues.ToDictionary(queue => queue.Key, queue => queue.Value with { Record = RecordPolicy.Never }),
    };

    /// <summary>The agents who serve the queue.</summary>
    public static IEnumerable<string> AgentsOf(this RoutingOptions routing, string queue) =>
        routing.Agents.Where(agent => agent.Value.Queues.Any(serves => serves.Name == queue)).Select(agent => agent.Key);

    /// <summary>
    /// The same with <paramref name="count"/> agents in the queue: the first of those who are configured, and beyond them copies of them in turn ("alice#2"), so that the mix of skills stays.
    /// A queue that nobody serves gets agents who can do everything it asks for.
    /// </summary>
    public static RoutingOptions WithAgents(this RoutingOptions routing, string queue, int count)
    {
        var configured = routing.AgentsOf(queue).ToArray();
        var agents = new Dictionary<string, AgentOptions>(routing.Agents);
        foreach (var gone in configured.Skip(count)) agents.Remove(gone);
        for (var i = configured.Length; i < count; i++)
        {
            var (id, options) = configured.Length == 0 ? (queue + "-agent", AbleFor(queue, routing)) : (configured[i % configured.Length], routing.Agents[configured[i % configured.Length]]);
            agents.Add($"{id}#{(configured.Length == 0 ? i : i / configured.Length) + 1}", options);
        }

        return routing with { Agents = agents };
    }

    private static AgentOptions AbleFor(string queue, RoutingOptions routing) => new()
    {
        Contact = "sip:agent@simulated.invalid",
        Skills = routing.Queues[queue].Steps.SelectMany(step => step.Needs.Keys).Distinct().ToDictionary(skill => skill, _ => Highest),
        Queues = [new AgentQueueOptions { Name = queue }],
    };
}
