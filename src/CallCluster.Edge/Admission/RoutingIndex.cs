using System.Net;
using CallCluster.Contracts.Configuration;
using CallCluster.Edge.Numbers;
using CallCluster.Sip.Uris;

namespace CallCluster.Edge.Admission;

/// <summary>Look-ups over one routing configuration, built once for each reload.</summary>
internal sealed class RoutingIndex
{
    private readonly (string Trunk, IPNetwork Network)[] _networks;
    private readonly Dictionary<string, string> _agentByUsername;
    private readonly Dictionary<string, string> _trunkByUsername;
    private readonly (string Trunk, string Name)[] _certificates;

    public RoutingIndex(RoutingOptions routing)
    {
        Routing = routing;
        _networks = [.. routing.Trunks.SelectMany(trunk => trunk.Value.AllowFrom.Select(range => (trunk.Key, ParseRange(range))))];
        _agentByUsername = routing.Agents.Where(a => a.Value.Username is not null).ToDictionary(a => a.Value.Username!, a => a.Key, StringComparer.Ordinal);
        _trunkByUsername = routing.Trunks.Where(t => t.Value.Username is not null).ToDictionary(t => t.Value.Username!, t => t.Key, StringComparer.Ordinal);
        _certificates = [.. routing.Trunks.SelectMany(trunk => trunk.Value.AllowCertificates.Select(name => (trunk.Key, name)))];
    }

    public RoutingOptions Routing { get; }

    /// <summary>Whether anybody could authenticate by digest at all, so that a challenge makes sense.</summary>
    public bool AnyCredentials => _agentByUsername.Count + _trunkByUsername.Count > 0;

    /// <summary>The first trunk, in order of the configuration, that allows the address.</summary>
    public string? TrunkOf(IPAddress source)
    {
        var address = source.IsIPv4MappedToIPv6 ? source.MapToIPv4() : source;
        foreach (var (trunk, network) in _networks)
            if (network.Contains(address))
                return trunk;
        return null;
    }

    public string? AgentOf(string username) => _agentByUsername.GetValueOrDefault(username);

    public string? TrunkOf(string username) => _trunkByUsername.GetValueOrDefault(username);

    /// <summary>The first trunk, in order of the configuration, that names a certificate with one of these names.</summary>
    public string? TrunkOf(IReadOnlyList<string> certificateNames)
    {
        if (certificateNames.Count == 0) return null;
        foreach (var (trunk, name) in _certificates)
            if (certificateNames.Contains(name, StringComparer.OrdinalIgnoreCase))
                return trunk;
        return null;
    }

    /// <summary>
    /// The destination of a dialled number or name: an entry of Numbers, with or without a leading plus. Agents may also dial the name of a queue or the
    /// id of an agent.
    /// </summary>
    /// <param name="dialled">The user part that was called.</param>
    /// <param name="byAgent">An agent dials.</param>
    /// <param name="country">Country of numbers without plus, which are also looked up as E.164; null for none.</param>
    public string? DestinationOf(string dialled, bool byAgent, string? country)
    {
        if (Routing.Numbers.TryGetValue(dialled, out var destination)) return destination;
        if (Routing.Numbers.TryGetValue(dialled.StartsWith('+') ? dialled[1..] : "+" + dialled, out destination)) return destination;
        if (E164.Normalize(dialled, country) is var number && number != dialled && Routing.Numbers.TryGetValue(number, out destination)) return destination;
        if (!byAgent) return null;
        if (Routing.Queues.ContainsKey(dialled)) return $"queue:{dialled}";
        return Routing.Agents.ContainsKey(dialled) ? $"agent:{dialled}" : null;
    }

    /// <summary>The destination outside that an agent dials: a URI in an allowed domain, else a number; null for anything else.</summary>
    public Destination? OutboundOf(SipUri dialled)
    {
        if (dialled is { Scheme: "sip", User: { } user } && Routing.Outbound.Allow.Contains(dialled.Host, StringComparer.OrdinalIgnoreCase))
            return new Destination(DestinationKind.Sip, dialled.Port is { } port ? $"{user}@{dialled.Host}:{port}" : $"{user}@{dialled.Host}");
        return dialled.User is { } written && E164.Normalize(written, Routing.Outbound.DefaultCountry) is var number && OutboundTarget.IsNumber(number) ? new Destination(DestinationKind.Tel, number) : null;
    }

    private static IPNetwork ParseRange(string range) =>
        range.Contains('/', StringComparison.Ordinal)
            ? IPNetwork.Parse(range)
            : IPAddress.Parse(range) is var address && address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork
                ? new IPNetwork(address, 32)
                : new IPNetwork(address, 128);
}
