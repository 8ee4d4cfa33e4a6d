using System.Net;

namespace CallCluster.Sip.Transports;

/// <summary>One address to listen on. Port 0 takes a free one, told by <see cref="SipListener.LocalEndPoint"/> after the start.</summary>
public sealed record SipListenerOptions(SipTransportProtocol Protocol, IPEndPoint EndPoint)
{
    /// <summary>Host to write into Via and Contact; null means the bound address, or the machine's first address when bound to any.</summary>
    public string? AdvertisedHost { get; init; }

    /// <summary>Port to write into Via and Contact; null means the bound port.</summary>
    public int? AdvertisedPort { get; init; }
}
