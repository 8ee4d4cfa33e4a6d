using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace CallCluster.Sip.Transports;

/// <summary>One listener and what is sent from it (RFC 3261 §18).</summary>
internal abstract class SipTransport(SipListenerOptions options) : IAsyncDisposable
{
    private string? _advertisedHost;
    private SipListener? _listener;

    internal SipTransportProtocol Protocol { get; } = options.Protocol;

    internal bool IsReliable => Protocol != SipTransportProtocol.Udp;

    /// <summary>The transport token of Via (RFC 3261 §20.42).</summary>
    internal string ViaToken => Protocol == SipTransportProtocol.Udp ? "UDP" : "TCP";

    internal IPEndPoint LocalEndPoint { get; private protected set; } = options.EndPoint;

    internal string AdvertisedHost => _advertisedHost ??= options.AdvertisedHost ?? Literal(Reachable(LocalEndPoint.Address));

    internal int AdvertisedPort => options.AdvertisedPort ?? LocalEndPoint.Port;

    internal SipListener Listener => _listener ??= new SipListener(Protocol, LocalEndPoint, AdvertisedHost, AdvertisedPort);

    /// <summary>Binds, then delivers to the sink from its own threads.</summary>
    internal abstract void Start(ITransportSink sink);

    /// <summary>Sends without blocking. False when it certainly did not leave.</summary>
    internal abstract bool Send(in SipFlow flow, ReadOnlySpan<byte> message);

    /// <summary>The flow for a new request to this address: an open connection if there is one. False when none can be had.</summary>
    internal virtual bool TryGetFlow(IPEndPoint remote, out SipFlow flow)
    {
        flow = new SipFlow(this, remote);
        return true;
    }

    public abstract ValueTask DisposeAsync();

    internal static string Literal(IPAddress address) =>
        address.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{address}]" : address.ToString();

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
