using System.Net;
using CallCluster.Sip.Transactions;

namespace CallCluster.Sip.Transports;

/// <summary>A connection of a connection-oriented transport (RFC 3261 §18), opened by either side and reused by both.</summary>
internal abstract class SipConnection(IPEndPoint remote, string? host)
{
    private static long _last;

    /// <summary>Never used again in this process.</summary>
    internal long Id { get; } = Interlocked.Increment(ref _last);

    internal IPEndPoint Remote { get; } = remote;

    /// <summary>The host that it was opened to, and whom over TLS the peer proved to be; null when the peer opened it.</summary>
    internal string? Host { get; } = host;

    /// <summary>The names that the peer's certificate proved (RFC 5922 §7.1); empty without TLS or without a certificate that we trust.</summary>
    internal IReadOnlyList<string> PeerNames { get; private protected set; } = [];

    /// <summary>False once it failed or was closed: a new one has to be opened.</summary>
    internal abstract bool IsOpen { get; }

    /// <summary>Client transactions that wait for a response on it; told when it closes. Guarded by the endpoint's lock.</summary>
    internal HashSet<ClientTransaction> Waiting { get; } = [];

    /// <summary>Until when somebody is reached over it, however silent it is: the end of a registration. Timestamp of the endpoint's clock, under its lock.</summary>
    internal DateTimeOffset HeldUntil { get; set; }

    /// <summary>Queues the message without blocking; false when closed or the queue is full.</summary>
    internal abstract bool Send(ReadOnlySpan<byte> message);

    internal abstract void Close();
}
