using CallCluster.Contracts.Hours;

namespace CallCluster.Grains.Tests.Simulation;

/// <summary>Which queues are closed, worked out from the configuration and from who closed what: what the queues are held to.</summary>
internal sealed class SimulatedHours(Simulator simulator)
{
    private readonly Dictionary<string, (bool Closed, DateTimeOffset At)> _byHand = [];

    public void OnClosed(string queue, bool closed) => _byHand[queue] = (closed, simulator.Now);

    /// <summary>The queue is closed to one who came at that time, or closed by hand to one who is to be called back (null), for so long that it must know.</summary>
    public bool IsSurelyClosed(string queue, DateTimeOffset? arrivedAt, TimeSpan known) =>
        (_byHand.TryGetValue(queue, out var byHand) && byHand.Closed && byHand.At + known < simulator.Now) || (!IsWithinHours(queue, arrivedAt) && arrivedAt + known < simulator.Now);

    /// <summary>The queue is open to one who came at that time, and has been for so long that it must know.</summary>
    public bool IsSurelyOpen(string queue, DateTimeOffset? arrivedAt, TimeSpan known) =>
        IsWithinHours(queue, arrivedAt) && (!_byHand.TryGetValue(queue, out var byHand) || (!byHand.Closed && byHand.At + known < simulator.Now));

    private bool IsWithinHours(string queue, DateTimeOffset? arrivedAt) => arrivedAt is not { } at ||
        simulator.Scenario.Options.Queues[queue].Hours is not { } calendar || new OpeningHours(simulator.Scenario.Options.Hours[calendar]).IsOpen(at);
}
