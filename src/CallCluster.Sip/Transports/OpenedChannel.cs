namespace CallCluster.Sip.Transports;

/// <summary>A connection that is there, all handshakes done.</summary>
/// <param name="Channel">To receive and send.</param>
/// <param name="PeerNames">What the peer's certificate proved; empty without one that we trust.</param>
internal readonly record struct OpenedChannel(IMessageChannel Channel, IReadOnlyList<string> PeerNames);
