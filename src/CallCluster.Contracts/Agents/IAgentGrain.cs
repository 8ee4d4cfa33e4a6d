using Orleans.Concurrency;

namespace CallCluster.Contracts.Agents;

/// <summary>Presence, skills, capacity, wrap-up and registrations of an agent; the only one who may reserve the agent (key: agent id).</summary>
[Alias("CallCluster.Agent")]
public interface IAgentGrain : IGrainWithStringKey
{
    [OneWay, Alias("Post")]
    Task Post(AgentMessage message);

    /// <summary>Binds or removes contacts of the agent's phone (RFC 3261 10.3). Awaited by the edge that answers the REGISTER.</summary>
    [Alias("Register")]
    Task<RegistrationResult> Register(RegistrationRequest request);

    /// <summary>Sets the presence by API; returns the agent as it is then.</summary>
    [Alias("SetPresence")]
    Task<AgentView> SetPresence(Presence presence, string? reason);

    /// <summary>Gives an agent in wrap-up so long from now to end it; null, and nothing changes, when the agent is in none.</summary>
    [Alias("ExtendWrapUp")]
    Task<AgentView?> ExtendWrapUp(TimeSpan time);

    [ReadOnly, AlwaysInterleave, Alias("View")]
    Task<AgentView> View();
}
