using CallCluster.Contracts.Configuration;

namespace CallCluster.Host.Configuration;

/// <summary>The routing in force: swapped as a whole, so that nobody sees half a change.</summary>
internal sealed class RoutingConfiguration(RoutingOptions first) : IRoutingConfiguration
{
    private volatile RoutingOptions _current = first;

    public RoutingOptions Current => _current;

    public void Replace(RoutingOptions next) => _current = next;
}
