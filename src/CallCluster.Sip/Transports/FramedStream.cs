using System.Buffers;
using CallCluster.Sip.Messages;

namespace CallCluster.Sip.Transports;

/// <summary>SIP on a byte stream (RFC 3261 §18.3): messages end where Content-Length says.</summary>
internal sealed class FramedStream(Stream stream) : IMessageChannel
{
    private const int InitialBuffer = 4096;

    public async Task ReceiveAsync(IChannelReceiver receiver, CancellationToken cancellation)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(InitialBuffer);
        var framer = new SipFramer();
        var filled = 0;
        try
        {
            while (true)
            {
                var read = await stream.ReadAsync(buffer.AsMemory(filled), cancellation).ConfigureAwait(false);
                if (read == 0)
                    return;
                filled += read;
                if (!TryDeliver(framer, receiver, buffer.AsSpan(0, filled), out var taken))
                    return;
                filled -= taken;
                buffer.AsSpan(taken, filled).CopyTo(buffer);
                // The framer refuses what is longer than a message may be, so this ends.
                if (filled == buffer.Length)
                    Pooled.Double(ref buffer);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    public ValueTask SendAsync(ReadOnlyMemory<byte> message, CancellationToken cancellation) => stream.WriteAsync(message, cancellation);

    public void Dispose() => stream.Dispose();

    private static bool TryDeliver(SipFramer framer, IChannelReceiver receiver, ReadOnlySpan<byte> buffered, out int taken)
    {
        taken = 0;
        while (true)
        {
            var frame = framer.Read(buffered[taken..]);
            switch (frame.Kind)
            {
                case SipFrameKind.NeedMore:
                    return true;
                case SipFrameKind.Message:
                    receiver.OnMessage(buffered.Slice(taken, frame.Length));
                    break;
                case SipFrameKind.LineEnd:
                    receiver.OnPong();
                    break;
                case SipFrameKind.Ping:
                    receiver.OnPing();
                    break;
                case SipFrameKind.Error:
                    receiver.OnUnframed(frame.Error, buffered[taken..]);
                    return false;
            }

            taken += frame.Length;
        }
    }
}
