namespace CallCluster.Sip.Transports;

/// <summary>How messages are cut on a connection: on a stream by <see cref="FramedStream"/>, on a WebSocket by its own messages.</summary>
internal interface IMessageChannel : IDisposable
{
    /// <summary>Hands up what comes until the peer ends it or breaks its rules.</summary>
    Task ReceiveAsync(IChannelReceiver receiver, CancellationToken cancellation);

    /// <summary>Writes one message, or a keep-alive. One at a time.</summary>
    ValueTask SendAsync(ReadOnlyMemory<byte> message, CancellationToken cancellation);
}
