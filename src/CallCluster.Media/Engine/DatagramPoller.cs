using CallCluster.Media.Rtp;

namespace CallCluster.Media.Engine;

/// <summary>The system calls of one media thread: wait for sockets, receive, send. <see cref="EpollPoller"/> on Linux, <see cref="SocketPoller"/> elsewhere.</summary>
internal abstract class DatagramPoller : IDisposable
{
    /// <summary>Watches a socket; <paramref name="token"/> names it in <see cref="Wait"/>. From any thread; a wait that is under way includes it.</summary>
    public abstract void Add(DatagramSocket socket, int token);

    /// <summary>Stops watching a socket, before it is closed.</summary>
    public abstract void Remove(DatagramSocket socket, int token);

    /// <summary>Fills <paramref name="ready"/> with the tokens of sockets that have a datagram; returns their number.</summary>
    /// <param name="ready">Its length bounds the batch.</param>
    /// <param name="timeoutMilliseconds">0 returns at once, -1 waits until a datagram or <see cref="Wake"/>.</param>
    public abstract int Wait(Span<int> ready, int timeoutMilliseconds);

    /// <summary>Sleeps without regard to sockets, so that datagrams gather.</summary>
    public abstract void Sleep(int microseconds);

    /// <summary>Takes one datagram. Its full length is returned even when it did not fit; negative is none.</summary>
    public abstract int Receive(DatagramSocket socket, Span<byte> buffer, out PeerAddress from);

    /// <summary>Sends one datagram; false when the system would not.</summary>
    public abstract bool Send(DatagramSocket socket, ReadOnlySpan<byte> datagram, in PeerAddress to);

    /// <summary>Ends a <see cref="Wait"/> of the media thread, from any thread.</summary>
    public abstract void Wake();

    public abstract void Dispose();
}
