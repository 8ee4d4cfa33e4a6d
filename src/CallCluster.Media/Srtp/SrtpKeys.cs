namespace CallCluster.Media.Srtp;

/// <summary>The keys of an encrypted stream, one for each direction.</summary>
/// <param name="Send">What we send with.</param>
/// <param name="Receive">What the peer sends with.</param>
public sealed record SrtpKeys(SrtpMasterKey Send, SrtpMasterKey Receive);
