namespace CallCluster.Sip.Transports;

/// <summary>Transport protocols this stack can listen on and send over (RFC 3261 §18).</summary>
public enum SipTransportProtocol
{
    /// <summary>Unreliable: transactions retransmit.</summary>
    Udp,

    /// <summary>Reliable, connection-oriented.</summary>
    Tcp,

    /// <summary>TLS over TCP (RFC 3261 §26.2).</summary>
    Tls,

    /// <summary>WebSocket (RFC 7118): only clients connect.</summary>
    Ws,

    /// <summary>WebSocket over TLS.</summary>
    Wss,
}
