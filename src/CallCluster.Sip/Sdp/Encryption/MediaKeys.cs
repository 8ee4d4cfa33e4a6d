namespace CallCluster.Sip.Sdp.Encryption;

/// <summary>What offer and answer agreed on for the encryption of a stream (RFC 4568 §5.1.3).</summary>
/// <param name="Local">Whose key we send with.</param>
/// <param name="Remote">Whose key the peer sends with.</param>
public sealed record MediaKeys(CryptoAttribute Local, CryptoAttribute Remote);
