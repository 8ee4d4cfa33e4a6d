using System.Net;
using System.Net.Sockets;

namespace CallCluster.EndToEnd.Tests.Processes;

/// <summary>
/// Ports for programs that must be told theirs. Taken below the kernel's ephemeral range, each once per test run, and tried for UDP and TCP first, so that
/// neither another test nor an outgoing connection takes one between the choice and the bind.
/// </summary>
public static class FreePorts
{
    private const int First = 11000;
    private const int Last = 32000;
    private static readonly Lock Gate = new();
    private static int _next = First + Random.Shared.Next((Last - First) / 8) * 8;

    public static int One() => Block(1);

    /// <summary>The first of <paramref name="count"/> free ports in a row; even when more than one is asked for.</summary>
    public static int Block(int count)
    {
        lock (Gate)
        {
            for (var tries = 0; tries < Last - First; tries++)
            {
                if (count > 1 && _next % 2 == 1) _next++;
                if (_next + count > Last) _next = First;
                var first = _next;
                _next += count;
                if (Enumerable.Range(first, count).All(IsFree)) return first;
            }
        }
        throw new InvalidOperationException("No free port.");
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var udp = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            udp.Bind(new IPEndPoint(IPAddress.Loopback, port));
            using var tcp = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            tcp.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
