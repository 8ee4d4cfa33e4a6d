using System.Net;
using System.Net.Sockets;
using CallCluster.Sip.Messages;
using CallCluster.Sip.Uris;
using Microsoft.Extensions.Logging;

namespace CallCluster.Sip.Transports;

/// <summary>Chooses the flow for a target (RFC 3261 §18.1, §18.2.2; of RFC 3263 only addresses and A/AAAA). Under the endpoint's lock.</summary>
internal sealed partial class TransportLayer(IReadOnlyList<SipTransport> transports, Lock gate, TimeProvider time, ILogger logger)
{
    private const int MaxLookups = 1000;
    private const int MaxCachedNames = 1000;
    private static readonly TimeSpan NameLifetime = TimeSpan.FromSeconds(30);
    private readonly Dictionary<string, (IPAddress[] Addresses, long At)> _names = new(StringComparer.OrdinalIgnoreCase);
    private int _lookups;

    internal IReadOnlyList<SipTransport> Transports => transports;

    /// <summary>The addresses of a name; a test's own where it is to decide when they come.</summary>
    internal Func<string, Task<IPAddress[]>> LookUp { get; set; } = host => Task.Run(() => Dns.GetHostAddressesAsync(host));

    /// <summary>
    /// Finds the way to a URI: at once for addresses, later (again under the lock) for names, which are looked up off the lock.
    /// Null: no listener fits or the name is unknown.
    /// </summary>
    internal void Resolve(SipUri hop, SipTransport? preferred, Action<SipFlow?> then)
    {
        if (SipTransportProtocolExtensions.ProtocolOf(hop) is not { } protocol)
        {
            LogInformationProtocol(hop.Scheme, hop.Transport ?? "default");
            then(null);
            return;
        }

        var host = hop.MAddr ?? hop.Host;
        var port = hop.Port ?? protocol.DefaultPort();
        if (AddressOf(host) is { } address)
            then(FlowTo(protocol, new IPEndPoint(address, port), hop.Host, preferred));
        else if (_names.TryGetValue(host, out var known) && time.GetElapsedTime(known.At) < NameLifetime)
            then(FirstFlow(known.Addresses));
        else if (_lookups >= MaxLookups)
            then(null);
        else
            _ = LookUpAsync(host, addresses => then(FirstFlow(addresses)));

        SipFlow? FirstFlow(IPAddress[] addresses)
        {
            // A dialog stays with its listener, and so with that one's address family.
            foreach (var address in addresses.OrderBy(address => address.AddressFamily != preferred?.LocalEndPoint.AddressFamily))
            {
                if (FlowTo(protocol, new IPEndPoint(address, port), hop.Host, preferred) is { } flow)
                    return flow;
            }

            return null;
        }
    }

    /// <summary>
    /// The flow to an address over the given protocol: from the preferred transport if it can, else from the one that the machine routes there by, else from the first.
    /// </summary>
    internal SipFlow? FlowTo(SipTransportProtocol protocol, IPEndPoint remote, string host, SipTransport? preferred)
    {
        SipTransport[] able = [.. transports.Where(transport => transport.Protocol == protocol && Reaches(transport, remote))];
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

    private async Task LookUpAsync(string host, Action<IPAddress[]> then)
    {
        _lookups++;
        IPAddress[] addresses;
        try
        {
            addresses = await LookUp(host).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            LogInformationLookup(host, exception.Message);
            addresses = [];
        }

        lock (gate)
        {
            _lookups--;
            if (_names.Count >= MaxCachedNames)
                _names.Clear();
            if (addresses.Length > 0)
                _names[host] = (addresses, time.GetTimestamp());
            try
            {
                then(addresses);
            }
            catch (Exception exception)
            {
                LogErrorCallback(exception);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "No transport for a {Scheme} URI with transport {Transport}: only sip over udp, tcp and tls, and sips, can be sent to.")]
    private partial void LogInformationProtocol(string scheme, string transport);

    [LoggerMessage(Level = LogLevel.Information, Message = "The SIP host {Host} could not be looked up ({Error}). Check its spelling and the DNS of this machine.")]
    private partial void LogInformationLookup(string host, string error);

    [LoggerMessage(Level = LogLevel.Error, Message = "Sending after a DNS look-up threw. Report this as a bug.")]
    private partial void LogErrorCallback(Exception exception);
}
