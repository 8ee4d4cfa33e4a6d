using System.Net;

namespace CallCluster.Sip.Transports;

/// <summary>A listener that is up: what it is bound to and what peers are told.</summary>
public sealed record SipListener(SipTransportProtocol Protocol, IPEndPoint LocalEndPoint, string AdvertisedHost, int AdvertisedPort);
