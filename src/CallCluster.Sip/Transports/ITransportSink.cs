namespace CallCluster.Sip.Transports;

/// <summary>Where transports deliver. Called from any thread, without the endpoint's lock.</summary>
internal interface ITransportSink
{
    /// <summary>One whole datagram or framed message; the span is only valid during the call.</summary>
    void OnMessage(in SipFlow flow, ReadOnlySpan<byte> message);

    /// <summary>The connection is gone; what waits for an answer on it failed.</summary>
    void OnConnectionClosed(SipConnection connection);

    /// <summary>Whether a dialog goes over the connection, so that it stays open however silent it is. Under the endpoint's lock.</summary>
    bool IsInUse(SipConnection connection);
}
