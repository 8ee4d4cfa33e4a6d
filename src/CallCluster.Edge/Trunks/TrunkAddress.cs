using CallCluster.Contracts.Configuration;
using CallCluster.Sip.Uris;

namespace CallCluster.Edge.Trunks;

/// <summary>Where an outbound INVITE goes.</summary>
/// <param name="Target">Its Request-URI.</param>
/// <param name="Route">Its Route headers: the trunk's proxy, where the Request-URI does not lead there.</param>
internal readonly record struct TrunkAddress(SipUri Target, IReadOnlyList<SipUri> Route)
{
    /// <summary>False when the trunk has no proxy or the destination is no URI that can be called.</summary>
    public static bool TryMake(Destination to, TrunkOptions trunk, out TrunkAddress address)
    {
        address = default;
        if (!SipUri.TryParse(trunk.Proxy, out var proxy)) return false;
        if (to.Kind == DestinationKind.Tel)
        {
            address = new TrunkAddress(proxy.WithUser(to.Target), []);
            return true;
        }

        if (!SipUri.TryParse($"sip:{to.Target}", out var uri)) return false;
        address = new TrunkAddress(uri.WithoutHeaders(), [proxy.IsLooseRouter ? proxy : proxy.WithParameter("lr")]);
        return true;
    }
}
