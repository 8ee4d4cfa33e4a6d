namespace CallCluster.Media.Dtls;

/// <summary>Which side of a handshake (RFC 5763 section 5, a=setup).</summary>
public enum DtlsRole
{
    /// <summary>Waits for the peer's ClientHello: "passive".</summary>
    Server,

    /// <summary>Begins: "active".</summary>
    Client,
}
