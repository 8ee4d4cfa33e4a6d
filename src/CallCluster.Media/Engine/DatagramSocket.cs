using System.Net;
using System.Net.Sockets;

namespace CallCluster.Media.Engine;

/// <summary>A bound, non-blocking UDP socket and its descriptor.</summary>
internal sealed class DatagramSocket : IDisposable
{
    private DatagramSocket(Socket socket)
    {
        Socket = socket;
        Descriptor = (int)socket.SafeHandle.DangerousGetHandle();
        Port = ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    public Socket Socket { get; }

    /// <summary>The file descriptor; valid until <see cref="Dispose"/>.</summary>
    public int Descriptor { get; }

    public int Port { get; }

    public AddressFamily Family => Socket.AddressFamily;

    /// <summary>Binds a new socket; null when the port is taken.</summary>
    public static DatagramSocket? TryBind(IPAddress address, int port)
    {
        var socket = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            if (address.Equals(IPAddress.IPv6Any))
                socket.DualMode = true;
            socket.Blocking = false;
            socket.Bind(new IPEndPoint(address, port));
            return new DatagramSocket(socket);
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

    public void Dispose() => Socket.Dispose();
}
