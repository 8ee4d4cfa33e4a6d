namespace CallCluster.Sip.Tls;

/// <summary>What a TLS listener wants of the peers that connect to it.</summary>
public enum ClientCertificates
{
    /// <summary>Asked for. A peer with one that we trust is known by its names; one without, or with another, is nobody in particular.</summary>
    Optional,

    /// <summary>Who shows none that we trust is not let in.</summary>
    Required,

    /// <summary>Not asked for: for peers that give up when they are.</summary>
    Ignored,
}
