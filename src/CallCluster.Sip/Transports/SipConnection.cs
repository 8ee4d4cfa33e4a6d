using System.Net;
using CallCluster.Sip.Transactions;

namespace CallCluster.Sip.Transports;

/// <summary>A connection of a connection-oriented transport (RFC 3261 §18), opened by either side and reused by both.</summary>
internal abstract class SipConnection(IPEndPoint remote)
{
    internal IPEndPoint Remote { get; } = remote;

    /// <summary>False once it failed or was closed: a new one has to be opened.</summary>
    internal abstract bool IsOpen { get; }

    /// <summary>Client transactions that wait for a response on it; told when it closes. Guarded by the endpoint's lock.</summary>
    internal HashSet<ClientTransaction> Waiting { get; } = [];

    /// <summary>Queues the message without blocking; false when closed or the queue is full.</summary>
    internal abstract bool Send(ReadOnlySpan<byte> message);

    internal abstract void Close();
}
