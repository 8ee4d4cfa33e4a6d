using System.Net.Security;

namespace CallCluster.Sip.Tls;

/// <summary>A stream after its handshake.</summary>
/// <param name="Stream">Encrypts.</param>
/// <param name="PeerNames">What the peer's certificate proved; empty when it showed none that we trust.</param>
internal readonly record struct SecuredStream(SslStream Stream, IReadOnlyList<string> PeerNames);
