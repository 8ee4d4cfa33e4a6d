using System.Net;
using CallCluster.Sip.Transports;
using CallCluster.Sip.Uris;

namespace CallCluster.Edge.Naming;

/// <summary>
/// Which SIP URIs are ours: those of the cluster's domain, and those at an address where this edge listens. Addresses of other edges are none: who means the cluster and not this edge says
/// its domain.
/// </summary>
internal sealed class OwnAddresses(EdgeContext edge)
{
    /// <summary>maddr would send a request past the host that is looked at (RFC 3261 19.1.1).</summary>
    public bool Has(SipUri uri) => uri is { IsSip: true, MAddr: null } && (uri.Host.Equals(edge.Options.Domain, StringComparison.OrdinalIgnoreCase) || IsHere(uri));

    /// <summary>A listener's port, or none: nobody but us is meant then, whatever that listener's port is.</summary>
    private bool IsHere(SipUri uri)
    {
        var address = IPAddress.TryParse(uri.Host.Trim('[', ']'), out var literal) ? literal : null;
        foreach (var listener in edge.Sip.Listeners)
        {
            if ((uri.Port is null || uri.Port == listener.AdvertisedPort) && uri.Host.Equals(listener.AdvertisedHost, StringComparison.OrdinalIgnoreCase)) return true;
            var bound = listener.LocalEndPoint;
            if (address is not null && (uri.Port ?? listener.Protocol.DefaultPort()) == bound.Port && (IPAddress.IsLoopback(address) || address.Equals(bound.Address))) return true;
        }

        return false;
    }
}
