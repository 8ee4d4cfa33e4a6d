namespace CallCluster.Sip.Sdp.Encryption;

/// <summary>What offer and answer agreed on for the DTLS handshake that makes a stream's keys (RFC 5763).</summary>
/// <param name="IsActive">We are the client and begin it.</param>
/// <param name="Remote">What the peer's certificate must match one of.</param>
public sealed record DtlsAgreement(bool IsActive, IReadOnlyList<CertificateFingerprint> Remote);
