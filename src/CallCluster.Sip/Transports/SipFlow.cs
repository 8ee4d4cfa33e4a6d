using System.Net;

namespace CallCluster.Sip.Transports;

/// <summary>The way to one peer: through which of our transports, to which address, over which connection when there is one.</summary>
internal readonly record struct SipFlow(SipTransport Transport, IPEndPoint Remote, SipConnection? Connection = null)
{
    internal bool IsReliable => Transport.IsReliable;
}
