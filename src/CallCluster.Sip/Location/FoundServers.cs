using System.Net;
using CallCluster.Sip.Transports;

namespace CallCluster.Sip.Location;

/// <summary>What DNS says about where a URI leads.</summary>
/// <param name="Groups">In the order of NAPTR preference; usually one.</param>
/// <param name="Lifetime">How long this may be believed.</param>
/// <param name="Fault">What went wrong on the way, for the log; null when all was answered.</param>
internal sealed record FoundServers(IReadOnlyList<ServerGroup> Groups, TimeSpan Lifetime, string? Fault = null)
{
    /// <summary>Most servers that one request can be sent to.</summary>
    private const int MaxTargets = 8;

    /// <summary>All addresses in the order in which one request tries them: chosen by weight anew each time (RFC 2782).</summary>
    internal IReadOnlyList<SipTarget> Arrange(Func<int, int> random) =>
        [.. Groups.SelectMany(group => SrvOrder.Arrange(group.Servers, random).SelectMany(server => server.Addresses).Select(address => new SipTarget(group.Protocol, address))).Distinct().Take(MaxTargets)];
}

/// <summary>The servers of one SRV look-up, or of one host name.</summary>
internal sealed record ServerGroup(SipTransportProtocol Protocol, IReadOnlyList<Server> Servers);

/// <summary>One SRV record with the addresses of its target.</summary>
internal sealed record Server(int Priority, int Weight, IReadOnlyList<IPEndPoint> Addresses);

/// <summary>One address to send to.</summary>
internal readonly record struct SipTarget(SipTransportProtocol Protocol, IPEndPoint Address);
