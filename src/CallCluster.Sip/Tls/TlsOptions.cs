namespace CallCluster.Sip.Tls;

/// <summary>Certificates of an endpoint with TLS listeners. All files are PEM and are read again when they change.</summary>
public sealed record TlsOptions
{
    /// <summary>Our certificate, then the intermediate ones up to the authority. Shown to who connects, and to whom we connect.</summary>
    public required string CertificateFile { get; init; }

    /// <summary>The certificate's private key, without passphrase.</summary>
    public required string KeyFile { get; init; }

    /// <summary>The authorities that peers' certificates must come from; null means those that the machine trusts.</summary>
    public string? AuthorityFile { get; init; }

    /// <summary>What is wanted of who connects. Whom we connect to always has to prove its name.</summary>
    public ClientCertificates ClientCertificates { get; init; }
}
