using System.Collections.Concurrent;
using CallCluster.Contracts.Configuration;
using CallCluster.Edge.Admission;
using CallCluster.Sip.Authentication;

namespace CallCluster.Edge.Trunks;

/// <summary>
/// What answers the challenges of trunks' proxies: each trunk's credentials for one realm, given to the requests that go to that trunk and to nothing else. A trunk
/// without a configured realm keeps that of its first challenge, so that a challenge which a proxy passes on from elsewhere is not answered.
/// </summary>
internal sealed class TrunkCredentials(Credentials credentials)
{
    private readonly ConcurrentDictionary<(string Trunk, string? Proxy), string> _realms = new();

    /// <summary>Credentials for one request and its dialog; null when the trunk has none.</summary>
    public DigestClient? For(string name, TrunkOptions trunk)
    {
        if (trunk.Username is null || credentials.Password(trunk.PasswordFile) is not { } password) return null;
        var key = (name, trunk.Proxy);
        return new DigestClient(trunk.Username, password, trunk.Realm, realm => _realms.GetOrAdd(key, realm) == realm, credentials.Former(trunk.PasswordFile));
    }
}
