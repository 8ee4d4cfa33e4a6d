using System.Net;

namespace CallCluster.Media.Engine;

/// <summary>How the media engine is built.</summary>
public sealed record MediaEngineOptions
{
    /// <summary>Local address all RTP and RTCP sockets are bound to.</summary>
    public IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary>Lowest port handed out (an even one: an odd value is raised by one). 0 with <see cref="PortMax"/> 0 takes free ports from the system.</summary>
    public int PortMin { get; init; }

    /// <summary>Highest port, RTCP included.</summary>
    public int PortMax { get; init; }

    /// <summary>Media threads; 0 is one for each two processors.</summary>
    public int Threads { get; init; }

    /// <summary>How long packets are gathered while legs are active: less costs processor time, more adds delay.</summary>
    public TimeSpan Tick { get; init; } = TimeSpan.FromMicroseconds(2500);

    /// <summary>A port whose call ended while RTP was arriving is free again this long after its last packet.</summary>
    public TimeSpan PortRest { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>A resting port is given back after this time at the latest.</summary>
    public TimeSpan PortRestLimit { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>A port without late packets is free again after this time.</summary>
    public TimeSpan PortReuseDelay { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>How long a DTLS handshake may take, from the moment that it was agreed on.</summary>
    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Digits are told to the handler while bridged too, not only passed on.</summary>
    public bool ReportDigitsWhileBridged { get; init; }

    /// <summary>Uses managed sockets even on Linux, where epoll is the default.</summary>
    public bool Portable { get; init; }
}
