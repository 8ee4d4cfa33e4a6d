using System.Net.Sockets;

namespace CallCluster.Sip.Tests.Support;

internal static class SocketExtensions
{
    /// <summary>Reads until the peer closes or resets the connection.</summary>
    public static async Task WaitForCloseAsync(this Socket socket, TimeSpan patience)
    {
        var buffer = new byte[4096];
        try
        {
            while (await socket.ReceiveAsync(buffer).WaitAsync(patience) > 0)
            {
            }
        }
        catch (SocketException)
        {
            // reset is closed too
        }
    }
}
