using CallCluster.Contracts.Agents;
using CallCluster.Contracts.Configuration;
using CallCluster.Contracts.Queues;
using CallCluster.Grains.Agents;

namespace CallCluster.Grains.Staffing;

/// <summary>Counts what happens in a simulated centre to the callers who come within a span of time, and how its agents spend that span.</summary>
/// <param name="routing">The queues' service levels, and who serves them.</param>
/// <param name="from">When the span begins.</param>
/// <param name="to">When it ends.</param>
public sealed class CentreTally(RoutingOptions routing, DateTimeOffset from, DateTimeOffset to)
{
    private readonly Dictionary<string, QueueTally> _queues = routing.Queues.ToDictionary(queue => queue.Key, queue => new QueueTally(queue.Value));
    private readonly Dictionary<string, AgentTally> _agents = routing.Agents.ToDictionary(agent => agent.Key, agent => new AgentTally(agent.Value.Capacity, from, to));

    public IReadOnlyDictionary<string, QueueTally> Queues => _queues;

    /// <summary>Of the agents who serve the queue (DESIGN 'Words'), 0 to 1; 0 when there are none.</summary>
    public double Occupancy(string queue)
    {
        double busy = 0, paid = 0;
        foreach (var id in routing.AgentsOf(queue)) (busy, paid) = (busy + _agents[id].Busy, paid + _agents[id].Busy + _agents[id].Idle);
        return paid > 0 ? busy / paid : 0;
    }

    internal void OnOffered(string queue, ExpectedCall call)
    {
        if (Counts(call)) _queues[queue].Counts.Arrived();
    }

    internal void OnLeft(string queue, ExpectedCall call, LeaveReason reason, TimeSpan waited)
    {
        if (Counts(call)) _queues[queue].OnLeft(reason, waited);
    }

    internal void OnEstimated(string queue, ExpectedCall call, TimeSpan error)
    {
        if (Counts(call)) _queues[queue].OnEstimated(error.Duration());
    }

    internal void OnAgent(string id, AgentMachine agent, DateTimeOffset now) => _agents[id].Change(agent.Presence, agent.State.Reservations, now);

    private bool Counts(ExpectedCall call) => call.At >= from && call.At < to;

    /// <summary>How an agent spends the span, in seconds times calls at once over capacity.</summary>
    private sealed class AgentTally(int capacity, DateTimeOffset from, DateTimeOffset to)
    {
        private DateTimeOffset _since = from;
        private double _busy;
        private double _idle;

        /// <summary>In calls and wrap-up.</summary>
        public double Busy { get; private set; }

        /// <summary>Ready for a call. Ringing is neither.</summary>
        public double Idle { get; private set; }

        public void Change(Presence presence, List<Reservation> reservations, DateTimeOffset now)
        {
            var until = now < to ? now : to;
            if (until > _since)
            {
                var seconds = (until - _since).TotalSeconds;
                (Busy, Idle) = (Busy + (seconds * _busy), Idle + (seconds * _idle));
                _since = until;
            }

            var answered = 0;
            foreach (var reservation in reservations) answered += reservation.Stage == ReservationStage.Answered ? 1 : 0;
            _busy = presence == Presence.WrapUp ? 1 : (double)answered / capacity;
            _idle = presence == Presence.Available ? 1 - ((double)reservations.Count / capacity) : 0;
        }
    }
}
