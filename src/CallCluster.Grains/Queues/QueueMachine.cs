#pragma warning disable CA1822
using CallCluster.Contracts.Configuration;
using CallCluster.Contracts.Queues;
using CallCluster.Grains.Machines;

namespace CallCluster.Grains.Queues;

public sealed class QueueMachine(string name, IRoutingConfiguration routing, DateTimeOffset now) : Machine<QueueMessage>
{
    public override DateTimeOffset? NextDue => null;
    public override void Handle(QueueMessage message, DateTimeOffset now, Effects effects) { }
    public override void OnDue(DateTimeOffset now, Effects effects) { }
    public void Load(DateTimeOffset at, Effects effects) { }
    public QueueView View(DateTimeOffset at) => new()
    {
        Name = name, Waiting = 0, LongestWait = at - now, AgentsLoggedIn = routing.Current.Agents.Count, AgentsFree = 0, Offered = 0,
        Answered = 0, Abandoned = 0, Overflowed = 0, AnsweredInTime = 0, ShortAbandoned = 0, Callers = [],
    };
}
