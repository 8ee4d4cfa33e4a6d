using System.Net;
using System.Net.Sockets;

namespace CallCluster.Media.Tests.Dtls;

/// <summary>Passes datagrams between two ports, but loses the first, the third, and so on of the DTLS ones each way, up to the fourth: so every flight of a handshake is lost in part.</summary>
internal sealed class LosingRelay : IDisposable
{
    private const int LosesUntil = 8;
    private readonly Socket _left = Bind();
    private readonly Socket _right = Bind();
    private int _lost;

    /// <summary>The port that stands for the right side to the left one.</summary>
    public int Left => ((IPEndPoint)_left.LocalEndPoint!).Port;

    /// <summary>The port that stands for the left side to the right one.</summary>
    public int Right => ((IPEndPoint)_right.LocalEndPoint!).Port;

    public int Lost => Volatile.Read(ref _lost);

    public void Between(int left, int right)
    {
        Pass(_left, _right, right);
        Pass(_right, _left, left);
    }

    public void Dispose()
    {
        _left.Dispose();
        _right.Dispose();
    }

    private void Pass(Socket from, Socket by, int to) => new Thread(() =>
    {
        var buffer = new byte[2048];
        try
        {
            for (var seen = 0; ;)
            {
                var length = from.Receive(buffer);
                if (buffer[0] is >= 20 and <= 63 && ++seen <= LosesUntil && seen % 2 == 1)
                    Interlocked.Increment(ref _lost);
                else
                    by.SendTo(buffer, length, SocketFlags.None, new IPEndPoint(IPAddress.Loopback, to));
            }
        }
        catch (SocketException)
        {
            // Disposed.
        }
    })
    { IsBackground = true }.Start();

    private static Socket Bind()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return socket;
    }
}
