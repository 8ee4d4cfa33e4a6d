namespace CallCluster.Contracts.Configuration;

/// <summary>A SIP trunk or PBX that calls come from.</summary>
public sealed record TrunkOptions
{
    /// <summary>Addresses or CIDR ranges whose requests belong to this trunk.</summary>
    public IReadOnlyList<string> AllowFrom { get; init; } = [];

    /// <summary>Digest user name for a trunk that authenticates instead; null for none.</summary>
    public string? Username { get; init; }

    /// <summary>File that holds the digest password.</summary>
    public string? PasswordFile { get; init; }

    /// <summary>Channels at once, inbound and outbound; null for no limit.</summary>
    public int? MaxChannels { get; init; }

    /// <summary>Codecs offered and accepted on this trunk, best first; null for those of Media:Codecs.</summary>
    public IReadOnlyList<string>? Codecs { get; init; }

    /// <summary>Take the caller's identity from P-Asserted-Identity.</summary>
    public bool TrustIdentity { get; init; }

    /// <summary>How keys arrive.</summary>
    public DtmfMode Dtmf { get; init; } = DtmfMode.Rfc4733;
}

/// <summary>How a trunk sends keys.</summary>
public enum DtmfMode
{
    /// <summary>As telephone-events in RTP.</summary>
    Rfc4733,
}
