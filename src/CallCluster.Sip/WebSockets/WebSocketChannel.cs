using System.Buffers;
using System.Net.WebSockets;
using System.Text.Unicode;
using CallCluster.Sip.Messages;
using CallCluster.Sip.Syntax;
using CallCluster.Sip.Transports;

namespace CallCluster.Sip.WebSockets;

/// <summary>SIP over WebSocket (RFC 7118 §5): one SIP message in each WebSocket message, text or binary.</summary>
internal sealed class WebSocketChannel(WebSocket socket) : IMessageChannel
{
    private const int InitialBuffer = 4096;

    public async Task ReceiveAsync(IChannelReceiver receiver, CancellationToken cancellation)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(InitialBuffer);
        var filled = 0;
        try
        {
            while (true)
            {
                var read = await socket.ReceiveAsync(buffer.AsMemory(filled), cancellation).ConfigureAwait(false);
                if (read.MessageType == WebSocketMessageType.Close)
                {
                    await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, cancellation).ConfigureAwait(false);
                    return;
                }

                filled += read.Count;
                if (filled > SipLimits.MessageLength)
                {
                    receiver.OnUnframed(SipParseError.MessageTooLong, default);
                    await socket.CloseOutputAsync(WebSocketCloseStatus.MessageTooBig, null, cancellation).ConfigureAwait(false);
                    return;
                }

                if (read.EndOfMessage)
                {
                    Deliver(receiver, buffer.AsSpan(0, filled));
                    filled = 0;
                }
                else if (filled == buffer.Length)
                {
                    Pooled.Double(ref buffer);
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    // Browsers take text only as UTF-8 (RFC 6455 §8.1); headers of old peers and some bodies are not.
    public ValueTask SendAsync(ReadOnlyMemory<byte> message, CancellationToken cancellation) =>
        socket.SendAsync(message, Utf8.IsValid(message.Span) ? WebSocketMessageType.Text : WebSocketMessageType.Binary, endOfMessage: true, cancellation);

    public void Dispose() => socket.Dispose();

    private static void Deliver(IChannelReceiver receiver, ReadOnlySpan<byte> message)
    {
        if (message.SequenceEqual("\r\n\r\n"u8))
            receiver.OnPing();
        else
            receiver.OnMessage(message);
    }
}
