namespace CallCluster.Sip.Sdp.Encryption;

/// <summary>What offer and answer agreed on for the DTLS handshake that makes a stream's keys (RFC 5763).</summary>
/// <param name="IsActive">We are the client and begin it.</param>
/// <param name="Remote">What the peer's certificate must match one of.</param>
/// <param name="LocalId">Our name of the association (<c>a=tls-id</c>, RFC 8842 §4).</param>
/// <param name="RemoteId">The peer's name of it, if it gave one when this was agreed on.</param>
public sealed record DtlsAgreement(bool IsActive, IReadOnlyList<CertificateFingerprint> Remote, string LocalId, string? RemoteId = null);
