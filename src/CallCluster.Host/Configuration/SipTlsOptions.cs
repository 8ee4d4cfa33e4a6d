using CallCluster.Sip.Tls;

namespace CallCluster.Host.Configuration;

/// <summary>Certificates for SIP over TLS. The files are read again when they change; new connections get what they hold then.</summary>
internal sealed record SipTlsOptions
{
    /// <summary>The edge's certificate and the intermediate ones, PEM. Shown to peers on either side of a connection.</summary>
    [PemFile]
    public required string CertificateFile { get; init; }

    /// <summary>Its private key, PEM, without passphrase.</summary>
    [PemFile]
    public required string KeyFile { get; init; }

    /// <summary>Authorities that peers' certificates must come from, PEM; null means those that the machine trusts.</summary>
    [PemFile]
    public string? AuthorityFile { get; init; }

    /// <summary>Whether peers that connect are asked for a certificate (Optional), must have one (Required), or are not asked (Ignored). Browsers (wss) are never asked.</summary>
    public ClientCertificates ClientCertificates { get; init; }

    public TlsOptions ToTls() => new() { CertificateFile = CertificateFile, KeyFile = KeyFile, AuthorityFile = AuthorityFile, ClientCertificates = ClientCertificates };
}
