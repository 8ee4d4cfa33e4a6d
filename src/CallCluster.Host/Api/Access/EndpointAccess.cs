using CallCluster.Host.Configuration;

namespace CallCluster.Host.Api.Access;

/// <summary>Who may use an endpoint: its metadata.</summary>
/// <param name="Needs">The least role; null for nobody's key at all.</param>
/// <param name="Agents">What of it an agent's key may use.</param>
internal sealed record EndpointAccess(ApiRole? Needs, AgentAccess Agents);

/// <summary>What of an endpoint an agent's key may use.</summary>
internal enum AgentAccess
{
    Nothing,

    /// <summary>When the route's {id} is the agent.</summary>
    Self,

    /// <summary>When the route's {name} is a queue that the agent serves.</summary>
    OwnQueue,

    /// <summary>When the call is with the agent: the call itself looks, and is not found by others.</summary>
    OwnCall,

    /// <summary>Always: the endpoint shows the agent only what is the agent's (<see cref="ApiCaller.Sees"/>).</summary>
    Filtered,
}
