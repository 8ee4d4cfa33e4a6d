using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using CallCluster.Sip.Uris;

namespace CallCluster.Sip.Transports;

/// <summary>One listener and what is sent from it (RFC 3261 §18).</summary>
internal abstract class SipTransport(SipListenerOptions options) : IAsyncDisposable
{
    private string? _advertisedHost;
    private SipListener? _listener;

    internal SipTransportProtocol Protocol { get; } = options.Protocol;

    internal IPEndPoint LocalEndPoint { get; private protected set; } = options.EndPoint;

    internal string AdvertisedHost => _advertisedHost ??= options.AdvertisedHost ?? Literal(Reachable(LocalEndPoint.Address));

    internal int AdvertisedPort => options.AdvertisedPort ?? LocalEndPoint.Port;

    internal SipListener Listener => _listener ??= new SipListener(Protocol, LocalEndPoint, AdvertisedHost, AdvertisedPort);

    /// <summary>Binds, then delivers to the sink from its own threads.</summary>
    internal abstract void Start(ITransportSink sink);

    /// <summary>Sends without blocking. False when it certainly did not leave.</summary>
    internal abstract bool Send(in SipFlow flow, ReadOnlySpan<byte> message);

    /// <summary>The flow for a new request to this address: an open connection if there is one. False when none can be had.</summary>
    /// <param name="remote">The peer's address.</param>
    /// <param name="host">Host of the URI that led to the address (RFC 5922 §4): what the peer's certificate must prove, over TLS.</param>
    /// <param name="flow">The way there.</param>
    internal virtual bool TryGetFlow(IPEndPoint remote, string host, out SipFlow flow)
    {
        flow = new SipFlow(this, remote);
        return true;
    }

    /// <summary>A URI that leads to this listener (RFC 3261 §8.1.1.8).</summary>
    /// <param name="user">Its user part.</param>
    /// <param name="secure">Whether the dialog is one of sips URIs.</param>
    internal SipUri UriFor(string? user, bool secure)
    {
        var uri = new SipUri(secure && Protocol.IsSecure() ? "sips" : "sip", user, AdvertisedHost, AdvertisedPort);
        // sips says TLS by itself (RFC 5630 §3.1.2).
        return Protocol == SipTransportProtocol.Udp || (uri.IsSecure && Protocol == SipTransportProtocol.Tls) ? uri : uri.WithParameter(ParameterNames.Transport, Protocol.UriToken());
    }

    /// <summary>An open connection by its number; null when it is gone, or another transport's.</summary>
    internal virtual SipConnection? FindConnection(long id) => null;

    public abstract ValueTask DisposeAsync();

    internal static string Literal(IPAddress address) =>
        address.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{WithoutZone(address)}]" : address.ToString();

    /// <summary>The zone of a link-local address (RFC 4007 §11) means something on this machine only, and has no place in SIP (RFC 3261 §25.1).</summary>
    internal static IPAddress WithoutZone(IPAddress address) =>
        address.AddressFamily == AddressFamily.InterNetworkV6 && address.ScopeId != 0 ? new IPAddress(address.GetAddressBytes()) : address;

    private static IPAddress Reachable(IPAddress bound)
    {
        if (!bound.Equals(IPAddress.Any) && !bound.Equals(IPAddress.IPv6Any))
            return bound;
        foreach (var network in NetworkInterface.GetAllNetworkInterfaces())
        {
            if (network.OperationalStatus != OperationalStatus.Up || network.NetworkInterfaceType == NetworkInterfaceType.Loopback)
                continue;
            foreach (var unicast in network.GetIPProperties().UnicastAddresses)
            {
                if (unicast.Address.AddressFamily == bound.AddressFamily && !unicast.Address.IsIPv6LinkLocal)
                    return unicast.Address;
            }
        }

        return bound.AddressFamily == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Loopback : IPAddress.Loopback;
    }
}
