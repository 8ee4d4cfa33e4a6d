#pragma warning disable CA1822
using CallCluster.Contracts.Agents;
using CallCluster.Contracts.Configuration;
using CallCluster.Grains.Machines;

namespace CallCluster.Grains.Agents;

public sealed class AgentMachine(string id, AgentState? stored, IRoutingConfiguration routing, DateTimeOffset now) : Machine<AgentMessage>
{
    public AgentState State { get; } = stored ?? new AgentState();
    public override DateTimeOffset? NextDue => null;
    public override void Handle(AgentMessage message, DateTimeOffset now, Effects effects) { }
    public override void OnDue(DateTimeOffset now, Effects effects) { }
    public void Announce(DateTimeOffset now, Effects effects) { }
    public void SetPresence(Presence presence, string? reason, DateTimeOffset now, Effects effects) { }
    public RegistrationResult Register(RegistrationRequest request, DateTimeOffset now, Effects effects) => new(RegistrationStatus.Accepted, []);
    public AgentView View(DateTimeOffset at) => new()
    {
        Id = id, Presence = Presence.Offline, Since = now, Calls = [], Capacity = 1, Queues = [],
        Skills = routing.Current.Agents[id].Skills, Contacts = [],
    };
}
