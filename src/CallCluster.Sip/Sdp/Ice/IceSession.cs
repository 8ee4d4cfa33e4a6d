namespace CallCluster.Sip.Sdp.Ice;

/// <summary>The credentials that both sides agreed on.</summary>
/// <param name="Local">Ours; we are the lite side.</param>
/// <param name="Remote">The peer's.</param>
public sealed record IceSession(IceCredentials Local, IceCredentials Remote);
