using CallCluster.Contracts.Configuration;
using CallCluster.Grains.Staffing;
using CallCluster.Host.Commands;
using CallCluster.Host.Configuration;

namespace CallCluster.Host.Simulation;

/// <summary><c>callcluster simulate</c>: days of a configured centre in virtual time, for staffing questions. The routing is the product's own; the people are simulated.</summary>
internal static class Simulate
{
    /// <summary>Plays and prints; returns the exit code.</summary>
    public static int Run(IReadOnlyList<string> files, SimulationArguments arguments, bool json, TextWriter output, TextWriter error)
    {
        var options = ConfigurationReader.WithEnvironment(files).Read(out var wrong);
        if (wrong.Any) return Check.Refuse(wrong, error);
        var errors = new List<string>();
        var routing = StaffedRouting.From(options.ToRouting());
        if (SimulationRequest.Read(arguments, routing, errors) is not { } request)
        {
            foreach (var line in errors) error.WriteLine(line);
            return Check.BadConfiguration;
        }

        var rows = Rows(request, routing).ToArray();
        if (json) SimulationOutput.WriteJson(rows, output);
        else SimulationOutput.WriteTable(request, rows, output);
        return 0;
    }

    /// <summary>One row for each queue that is called, and each number of agents that is tried.</summary>
    public static IEnumerable<SimulationRow> Rows(SimulationRequest request, RoutingOptions routing)
    {
        if (request.Target is { } target && request.Agents is { } aimed) routing = WithServiceLevel(routing, aimed.Queue, TimeSpan.FromSeconds(target.Seconds));
        if (request.Agents is not { } varied) return Play(request, routing);
        return Enumerable.Range(varied.From, varied.To - varied.From + 1).SelectMany(count => Play(request, routing.WithAgents(varied.Queue, count)));
    }

    private static IEnumerable<SimulationRow> Play(SimulationRequest request, RoutingOptions routing)
    {
        var played = new StaffingStudy
        {
            Routing = routing,
            Arrivals = [.. request.Arrivals.Select(arrival => new ArrivalPlan(arrival.Key, [(TimeSpan.Zero, arrival.Value)], Exponential(request.Talk), request.Patience is { } patience ? Exponential(patience) : null))],
            Length = request.Length,
            Runs = request.Runs,
            Seed = request.Seed,
        }.Play();
        return request.Arrivals.Keys.Select(queue => new SimulationRow(queue, routing.AgentsOf(queue).Count(), played[queue], Theory(queue, request, routing), IsReached(queue, request, played[queue])));
    }

    /// <summary>What Erlang says of a queue to which his assumptions apply; null of others, and where waits grow for ever.</summary>
    private static Erlang? Theory(string queue, SimulationRequest request, RoutingOptions routing)
    {
        var options = routing.Queues[queue];
        var agents = routing.AgentsOf(queue).Select(id => routing.Agents[id]).ToArray();
        var isSimple = options is { Steps.Count: 0, Overflow.Count: 0, Hours: null } && agents.Length > 0 && Array.TrueForAll(agents, agent => agent is { Capacity: 1, Queues: [{ Delay.Ticks: 0 }] });
        if (!isSimple) return null;
        var handling = (request.Talk + options.WrapUp).TotalSeconds;
        return request.Patience is { } patience
            ? Erlang.A(request.Arrivals[queue], handling, agents.Length, patience.TotalSeconds, options.ServiceLevel.TotalSeconds)
            : Erlang.C(request.Arrivals[queue], handling, agents.Length, options.ServiceLevel.TotalSeconds);
    }

    private static bool? IsReached(string queue, SimulationRequest request, QueueEstimates played) =>
        request.Target is { } target && request.Agents?.Queue == queue ? played.ServiceLevel.Mean >= target.Share : null;

    private static RoutingOptions WithServiceLevel(RoutingOptions routing, string queue, TimeSpan within) =>
        routing with { Queues = new Dictionary<string, QueueOptions>(routing.Queues) { [queue] = routing.Queues[queue] with { ServiceLevel = within } } };

    private static RandomTime Exponential(TimeSpan mean) => new(TimeShape.Exponential, mean);
}
