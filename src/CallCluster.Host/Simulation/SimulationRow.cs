using CallCluster.Grains.Staffing;

namespace CallCluster.Host.Simulation;

/// <summary>What the runs say of one queue with so many agents.</summary>
/// <param name="Queue">The queue.</param>
/// <param name="Agents">How many serve it.</param>
/// <param name="Played">The figures.</param>
/// <param name="Theory">Erlang's, beside them; null where his assumptions do not hold.</param>
/// <param name="Reached">Whether the target is reached; null where none was asked for.</param>
internal sealed record SimulationRow(string Queue, int Agents, QueueEstimates Played, Erlang? Theory, bool? Reached);
