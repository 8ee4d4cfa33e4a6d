using System.Net;

namespace CallCluster.Sip.Transports;

/// <summary>The way to one peer: through which of our transports, to which address, over which connection when there is one.</summary>
/// <param name="Transport">Where it leaves.</param>
/// <param name="Remote">The peer's address.</param>
/// <param name="Connection">Of a connection-oriented transport.</param>
/// <param name="Host">Whom a connection that has to be opened must lead to: over TLS the peer proves this name. Null: none may be opened.</param>
internal readonly record struct SipFlow(SipTransport Transport, IPEndPoint Remote, SipConnection? Connection = null, string? Host = null)
{
    internal bool IsReliable => Transport.Protocol.IsReliable();
}
