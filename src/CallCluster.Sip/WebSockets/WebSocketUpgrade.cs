using System.Net.WebSockets;
using System.Text;

namespace CallCluster.Sip.WebSockets;

/// <summary>
/// Makes a WebSocket of a connection that a browser opened: as much HTTP as that takes (RFC 6455 §4.2), strictly bounded. Any path and any Origin will do: what a
/// phone may is decided by digest, and there is no cookie that a foreign page could borrow.
/// </summary>
internal static class WebSocketUpgrade
{
    private const int LongestRequest = 8192;

    /// <summary>A browser whose network went away is noticed after both: it neither closes nor answers.</summary>
    private static readonly TimeSpan PingEvery = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan PongWithin = TimeSpan.FromSeconds(20);

    /// <summary>Reads the request and answers it. Disposes the stream when no WebSocket comes of it.</summary>
    /// <exception cref="IOException">It was no request for SIP over WebSocket; the answer has been sent.</exception>
    internal static async Task<WebSocketChannel> AcceptAsync(Stream stream, CancellationToken cancellation)
    {
        try
        {
            var request = UpgradeRequest.Read(await ReadHeadAsync(stream, cancellation).ConfigureAwait(false));
            await stream.WriteAsync(Encoding.ASCII.GetBytes(Response(request)), cancellation).ConfigureAwait(false);
            if (request.Status != 101)
            {
                SipMetrics.Dropped("no-websocket");
                throw new IOException($"No request for SIP over WebSocket: answered with {request.Status}.");
            }
        }
        catch
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        return new WebSocketChannel(WebSocket.CreateFromStream(stream, new WebSocketCreationOptions
        {
            IsServer = true,
            SubProtocol = UpgradeRequest.SipProtocol,
            KeepAliveInterval = PingEvery,
            KeepAliveTimeout = PongWithin,
        }));
    }

    private static async Task<byte[]> ReadHeadAsync(Stream stream, CancellationToken cancellation)
    {
        var buffer = new byte[LongestRequest];
        var filled = 0;
        while (true)
        {
            var read = await stream.ReadAsync(buffer.AsMemory(filled), cancellation).ConfigureAwait(false);
            filled += read;
            // A client sends nothing more until it has our answer, so what follows the empty line is an attempt to smuggle; it is refused with the request.
            if (buffer.AsSpan(0, filled).IndexOf("\r\n\r\n"u8) is >= 0 and var end)
                return end + 4 == filled ? buffer[..filled] : [];
            if (read == 0 || filled == LongestRequest)
                return [];
        }
    }

    private static string Response(in UpgradeRequest request) => request.Status switch
    {
        101 => $"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {request.Accept}\r\nSec-WebSocket-Protocol: {UpgradeRequest.SipProtocol}\r\n\r\n",
        405 => "HTTP/1.1 405 Method Not Allowed\r\nAllow: GET\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
        426 => "HTTP/1.1 426 Upgrade Required\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nConnection: Upgrade, close\r\nContent-Length: 0\r\n\r\n",
        _ => "HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
    };
}
