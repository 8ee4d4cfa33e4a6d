using System.Net.Sockets;
using CallCluster.Sip.Messages;
using CallCluster.Sip.UserAgents;

namespace CallCluster.Sip.Tests.Support;

/// <summary>A client's side of a connection: what comes back, message by message.</summary>
internal sealed class RawSipStream : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, LingerState = new LingerOption(true, 0) };
    private readonly byte[] _buffer = new byte[65_536];
    private readonly SipFramer _framer = new();
    private int _filled;

    public bool IsClosed { get; private set; }

    public static async Task<RawSipStream> ConnectAsync(SipEndpoint endpoint)
    {
        var stream = new RawSipStream();
        await stream._socket.ConnectAsync(endpoint.Listeners[0].LocalEndPoint);
        return stream;
    }

    public void Send(ReadOnlySpan<byte> bytes) => _socket.Send(bytes);

    /// <summary>False when the endpoint has closed, as it does as soon as it sees a fault.</summary>
    public bool TrySend(ReadOnlySpan<byte> bytes)
    {
        try
        {
            Send(bytes);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>The next response; null when the endpoint closed.</summary>
    public async Task<RawAnswer?> ReceiveAsync()
    {
        while (true)
        {
            var frame = _framer.Read(_buffer.AsSpan(0, _filled));
            if (frame.Kind == SipFrameKind.Message)
            {
                var answer = new RawAnswer(_buffer.AsSpan(0, frame.Length));
                _filled -= frame.Length;
                _buffer.AsSpan(frame.Length, _filled).CopyTo(_buffer);
                return answer;
            }

            var read = await ReadAsync();
            if (read == 0)
            {
                IsClosed = true;
                return null;
            }

            _filled += read;
        }
    }

    /// <summary>The answer to this request, whatever comes before; null when the endpoint closed.</summary>
    public async Task<RawAnswer?> AnswerAsync(string callId, int cseq)
    {
        RawAnswer? answer;
        do
            answer = await ReceiveAsync();
        while (answer?.IsTo(callId, cseq) == false);
        return answer;
    }

    public void Dispose() => _socket.Dispose();

    private async Task<int> ReadAsync()
    {
        try
        {
            return await _socket.ReceiveAsync(_buffer.AsMemory(_filled), SocketFlags.None).AsTask().WaitAsync(Patience);
        }
        catch (SocketException)
        {
            return 0; // reset: the endpoint closed with bytes of ours unread
        }
    }
}
