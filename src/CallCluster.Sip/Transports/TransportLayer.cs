using System.Net;
using System.Net.Sockets;
using CallCluster.Sip.Dialogs;
using CallCluster.Sip.Location;
using CallCluster.Sip.Messages;
using CallCluster.Sip.Uris;
using Microsoft.Extensions.Logging;

namespace CallCluster.Sip.Transports;

/// <summary>Chooses the flow for a target (RFC 3261 §18.1, §18.2.2), with the servers that RFC 3263 finds for it. Under the endpoint's lock.</summary>
internal sealed partial class TransportLayer
{
    private readonly IReadOnlyList<SipTransport> _transports;
    private readonly ILogger _logger;
    private readonly ServerLocator _locator;

    internal TransportLayer(IReadOnlyList<SipTransport> transports, NameServerOptions names, Lock gate, TimeProvider time, ILogger logger)
    {
        _transports = transports;
        _logger = logger;
        _locator = new ServerLocator(transports.Select(transport => transport.Protocol).Where(protocol => protocol.IsReachable()).ToHashSet(), gate, time, logger);
        Names = new DnsNameServer(names);
        Failed = new FailedTargets(time);
    }

    /// <summary>DNS; a test's own where it is to decide what is answered, and when.</summary>
    internal INameServer Names { get; set; }

    internal FailedTargets Failed { get; }

    /// <summary>The choice among several servers, by weight: a number from 0 to below the argument; a test's own where that is to be foretold.</summary>
    internal Func<int, int> Random { get; set; } = System.Random.Shared.Next;

    /// <summary>
    /// Finds the servers of a URI: at once for addresses and known names, later (again under the lock) for others, which are looked up off the lock. None: no listener fits or
    /// the name is unknown.
    /// </summary>
    /// <param name="hop">The next hop.</param>
    /// <param name="current">Where the dialog's messages go until now: it stays there where the URI still leads there. Null for a request that starts something.</param>
    /// <param name="then">Gets the choice.</param>
    internal void Locate(SipUri hop, SipFlow? current, Action<ServerChoice> then)
    {
        if (SipTransportProtocolExtensions.ProtocolOf(hop) is not { } protocol)
        {
            LogInformationProtocol(hop.Scheme, hop.Transport ?? "default");
            then(new ServerChoice(this, hop.Host, [], null));
        }
        else if (AddressOf(hop.MAddr ?? hop.Host) is { } address)
        {
            then(Choose(hop, current, [new SipTarget(protocol, new IPEndPoint(address, hop.Port ?? protocol.DefaultPort()))]));
        }
        else
        {
            _locator.Find(Names, ServerQuery.Of(hop, protocol), found => then(Choose(hop, current, found.Arrange(Random))));
        }
    }

    /// <summary>As <see cref="Locate"/>, for what goes to the first server or to none: null.</summary>
    internal void Resolve(SipUri hop, SipFlow? current, Action<SipFlow?> then) => Locate(hop, current, servers => then(servers.Next()));

    /// <summary>The way of a request in a dialog.</summary>
    internal void Resolve(Dialog dialog, Action<SipFlow?> then)
    {
        // The connection the peer opened, or its NAT's binding, is the way back; through a proxy it is that proxy's affair.
        if (dialog.RouteSet.Count == 0 && dialog.Flow is { } flow && (flow.Connection is { IsOpen: true } || dialog.IsBehindNat))
            then(flow);
        else
            Resolve(dialog.NextHop, dialog.Flow, then);
    }

    /// <summary>Counts that a request goes on to another server, and logs it unless that is known.</summary>
    internal void NoteFailover(string host, SipTarget failed, FailureCause cause, IPEndPoint next, bool isNews)
    {
        SipMetrics.FailedOver(cause.ToString());
        if (isNews)
            LogWarningFailover(host, failed.Address, failed.Protocol, cause, next);
    }

    private ServerChoice Choose(SipUri hop, SipFlow? current, IReadOnlyList<SipTarget> targets)
    {
        if (targets.Count > 1)
            targets = [.. targets.Where(target => _transports.Any(transport => transport.Protocol == target.Protocol && Reaches(transport, target.Address))).OrderBy(target => Rank(target, current))];
        return new ServerChoice(this, hop.Host, targets, current?.Transport);
    }

    private int Rank(SipTarget target, SipFlow? current)
    {
        if (current is not { } flow)
            return Failed.Contains(target) ? 1 : 0;
        if (target.Protocol == flow.Transport.Protocol && target.Address.Equals(flow.Remote))
            return 0;
        // A dialog stays with its listener, and so with that one's address family.
        return (target.Address.AddressFamily == flow.Transport.LocalEndPoint.AddressFamily ? 1 : 3) + (Failed.Contains(target) ? 1 : 0);
    }

    /// <summary>
    /// The flow to an address over the given protocol: from the preferred transport if it can, else from the one that the machine routes there by, else from the first.
    /// </summary>
    internal SipFlow? FlowTo(SipTransportProtocol protocol, IPEndPoint remote, string host, SipTransport? preferred)
    {
        SipTransport[] able = [.. _transports.Where(transport => transport.Protocol == protocol && Reaches(transport, remote))];
        var best = able.Contains(preferred) ? preferred : able.Length > 1 && RoutedFrom(remote) is { } local ? able.FirstOrDefault(transport => transport.LocalEndPoint.Address.Equals(local)) : null;
        if (best is not null && best.TryGetFlow(remote, host, out var flow))
            return flow;
        foreach (var transport in able)
        {
            if (transport.TryGetFlow(remote, host, out flow))
                return flow;
        }

        return null;
    }

    /// <summary>
    /// Where responses go (RFC 3261 §18.2.2, RFC 3581 §4): over the same connection, else to the source, at its port when rport asks so.
    /// maddr is not obeyed: it would let anyone aim our responses.
    /// </summary>
    internal static SipFlow ForResponses(SipRequest request, in SipFlow source)
    {
        var via = request.TopVia!;
        if (via.HasRPort && !source.IsReliable)
            return source;
        // Over a connection this address only counts once that connection is gone.
        var port = via.Port ?? source.Transport.Protocol.DefaultPort();
        return source with { Remote = port == source.Remote.Port ? source.Remote : new IPEndPoint(source.Remote.Address, port), Host = via.Host };
    }

    internal static IPAddress? AddressOf(string host)
    {
        if (host.Equals("localhost", StringComparison.OrdinalIgnoreCase))
            return IPAddress.Loopback;
        var literal = host.StartsWith('[') ? host.AsSpan(1, host.Length - 2) : host;
        // IPAddress takes numbers such as "1" too; names are what has no colon and does not end in a digit after a dot.
        return IPAddress.TryParse(literal, out var address) && (address.AddressFamily == AddressFamily.InterNetworkV6 || literal.Count('.') == 3) ? address : null;
    }

    private static bool Reaches(SipTransport transport, IPEndPoint remote)
    {
        var local = transport.LocalEndPoint.Address;
        return local.AddressFamily == remote.AddressFamily && (!IPAddress.IsLoopback(local) || IPAddress.IsLoopback(remote.Address));
    }

    /// <summary>Our address on the way to another, by the machine's routes; null when there is no way.</summary>
    private static IPAddress? RoutedFrom(IPEndPoint remote)
    {
        try
        {
            // Connecting a datagram socket sends nothing.
            using var probe = new Socket(remote.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            probe.Connect(remote);
            return ((IPEndPoint)probe.LocalEndPoint!).Address;
        }
        catch (SocketException)
        {
            return null;
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "No transport for a {Scheme} URI with transport {Transport}: only sip over udp, tcp and tls, and sips, can be sent to.")]
    private partial void LogInformationProtocol(string scheme, string transport);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Host}: its server {Failed} ({Protocol}) failed: {Cause}. {Next} is tried, and the failed one last for a while. Check that server.")]
    private partial void LogWarningFailover(string host, IPEndPoint failed, SipTransportProtocol protocol, FailureCause cause, IPEndPoint next);
}
