using System.Net;
using System.Net.Sockets;
using CallCluster.Media.Rtp;

namespace CallCluster.Media.Engine;

/// <summary>The fallback for systems without epoll: asks every socket in turn. Right, not fast.</summary>
internal sealed class SocketPoller : DatagramPoller
{
    // Nothing tells this poller that a datagram came, so an idle wait is cut into pieces of this length.
    private const int PollMilliseconds = 5;
    private readonly List<(DatagramSocket Socket, int Token)> _sockets = [];
    private readonly ManualResetEventSlim _wake = new();
    private readonly SocketAddress _address = new(AddressFamily.InterNetworkV6);

    public override void Add(DatagramSocket socket, int token)
    {
        // What was there when it was looked for may be another socket's turn by the time it is read.
        socket.Socket.Blocking = false;
        lock (_sockets)
            _sockets.Add((socket, token));
    }

    public override void Remove(DatagramSocket socket, int token)
    {
        lock (_sockets)
            _sockets.Remove((socket, token));
    }

    public override int Wait(Span<int> ready, int timeoutMilliseconds)
    {
        for (; ; )
        {
            var count = 0;
            lock (_sockets)
            {
                foreach (var (socket, token) in _sockets)
                {
                    if (count < ready.Length && socket.Socket.Available > 0)
                        ready[count++] = token;
                }
            }
            if (count > 0 || timeoutMilliseconds == 0)
                return count;
            // Sockets are added without waking this thread.
            var wait = timeoutMilliseconds < 0 ? PollMilliseconds : Math.Min(timeoutMilliseconds, PollMilliseconds);
            if (_wake.Wait(wait))
            {
                _wake.Reset();
                return 0;
            }
            if (timeoutMilliseconds > 0)
                timeoutMilliseconds -= wait;
        }
    }

    public override void Sleep(int microseconds) => _wake.Wait(Math.Max(1, microseconds / 1000));

    public override int Receive(DatagramSocket socket, Span<byte> buffer, out PeerAddress from)
    {
        from = default;
        try
        {
            var length = socket.Socket.ReceiveFrom(buffer, SocketFlags.None, _address);
            from = PeerAddress.From((IPEndPoint)new IPEndPoint(IPAddress.Any, 0).Create(_address));
            return length;
        }
        catch (SocketException e)
        {
            return e.SocketErrorCode == SocketError.MessageSize ? buffer.Length : -1;
        }
    }

    public override bool Send(DatagramSocket socket, ReadOnlySpan<byte> datagram, in PeerAddress to)
    {
        try
        {
            var endPoint = to.ToEndPoint();
            if (socket.Family == AddressFamily.InterNetworkV6 && to.IsIPv4)
                endPoint.Address = endPoint.Address.MapToIPv6();
            return socket.Socket.SendTo(datagram, endPoint) == datagram.Length;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    public override void Wake() => _wake.Set();

    public override void Dispose() => _wake.Dispose();
}
