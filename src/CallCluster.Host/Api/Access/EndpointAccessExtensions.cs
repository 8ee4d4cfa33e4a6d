using CallCluster.Host.Configuration;
using Microsoft.AspNetCore.Builder;

namespace CallCluster.Host.Api.Access;

/// <summary>How endpoints declare who may use them. One that declares nothing is the Admin's alone, and fails the test that walks all endpoints.</summary>
internal static class EndpointAccessExtensions
{
    /// <summary>The least role that the endpoint needs. On a group it holds for each endpoint that declares none itself.</summary>
    public static TBuilder Needs<TBuilder>(this TBuilder endpoint, ApiRole role, AgentAccess agents = AgentAccess.Nothing) where TBuilder : IEndpointConventionBuilder =>
        endpoint.WithMetadata(new EndpointAccess(role, agents));

    /// <summary>The endpoint is for who holds no key: probes of orchestrators and scrapers.</summary>
    public static TBuilder NeedsNoKey<TBuilder>(this TBuilder endpoint) where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(new EndpointAccess(null, AgentAccess.Nothing));
}
