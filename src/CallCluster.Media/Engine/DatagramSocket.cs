using System.Net;
using System.Net.Sockets;
using CallCluster.Media.Rtp;

namespace CallCluster.Media.Engine;

/// <summary>A bound UDP socket and its descriptor. Whether its calls wait is the poller's to say.</summary>
internal sealed class DatagramSocket : IDisposable
{
    private DatagramSocket(Socket socket, int port)
    {
        Socket = socket;
        Family = socket.AddressFamily;
        Descriptor = (int)socket.SafeHandle.DangerousGetHandle();
        Port = port;
    }

    public Socket Socket { get; }

    /// <summary>The file descriptor; valid until <see cref="Dispose"/>.</summary>
    public int Descriptor { get; }

    public int Port { get; }

    public AddressFamily Family { get; }

    /// <summary>Binds a new socket; null when the port is taken.</summary>
    public static DatagramSocket? TryBind(IPAddress address, int port)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            if (address.Equals(IPAddress.IPv6Any))
                socket.DualMode = true;
            socket.Bind(new IPEndPoint(address, port));
            return new DatagramSocket(socket, port != 0 ? port : ((IPEndPoint)socket.LocalEndPoint!).Port);
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.AddressAlreadyInUse or SocketError.AccessDenied)
        {
            socket.Dispose();
            return null;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>False for IPv6 addresses on an IPv4 socket, and for those that mean nowhere.</summary>
    public bool CanReach(in PeerAddress to) => to.IsReachable && (Family == AddressFamily.InterNetworkV6 || to.IsIPv4);

    public void Dispose() => Socket.Dispose();
}
