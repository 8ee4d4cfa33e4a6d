namespace CallCluster.Contracts.Configuration;

/// <summary>A SIP trunk or PBX that calls come from and go to.</summary>
public sealed record TrunkOptions
{
    /// <summary>Addresses or CIDR ranges whose requests belong to this trunk.</summary>
    public IReadOnlyList<string> AllowFrom { get; init; } = [];

    /// <summary>
    /// Names of certificates whose owner's calls over TLS belong to this trunk: a DNS name, the domain of a SIP URI or an address among the subject's alternative names, as the certificate
    /// has it (<c>*.carrier.example</c> is a name of its own). Asked after AllowFrom and Username.
    /// </summary>
    public IReadOnlyList<string> AllowCertificates { get; init; } = [];

    /// <summary>SIP URI that outbound calls are sent to, such as <c>sip:sbc.carrier.example;transport=tcp</c>; null: the trunk takes no outbound calls.</summary>
    public string? Proxy { get; init; }

    /// <summary>Register with the Proxy as <c>sip:USERNAME@PROXY</c>, by one edge at a time.</summary>
    public bool Register { get; init; }

    /// <summary>How often the Proxy is asked by OPTIONS whether it is there; two silences in a row, or 503, and outbound calls pass the trunk over until it answers. Zero: never.</summary>
    public TimeSpan ProbeInterval { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long <see cref="Proxy"/> may be silent after an INVITE before the next trunk is tried.</summary>
    public TimeSpan ResponseTimeout { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>Digest user name, of the trunk's requests to us and of ours to its <see cref="Proxy"/>; null for none.</summary>
    public string? Username { get; init; }

    /// <summary>File that holds the digest password.</summary>
    public string? PasswordFile { get; init; }

    /// <summary>The one realm of the Proxy's challenges that is answered; null: that of its first challenge, until this process ends.</summary>
    public string? Realm { get; init; }

    /// <summary>Channels at once, inbound and outbound; null for no limit.</summary>
    public int? MaxChannels { get; init; }

    /// <summary>Inbound calls at once; null for no limit but <see cref="MaxChannels"/>.</summary>
    public int? MaxInbound { get; init; }

    /// <summary>Outbound calls at once; null for no limit but <see cref="MaxChannels"/>.</summary>
    public int? MaxOutbound { get; init; }

    /// <summary>Calls that may begin within any second, inbound and outbound together; null for no limit.</summary>
    public int? CallsPerSecond { get; init; }

    /// <summary>Codecs offered and accepted on this trunk, best first; null for those of Media:Codecs.</summary>
    public IReadOnlyList<string>? Codecs { get; init; }

    /// <summary>ISO 3166 code of the country in which the trunk writes numbers without plus: they become E.164 before anything looks at them. Null: they stay as they are.</summary>
    public string? DefaultCountry { get; init; }

    /// <summary>
    /// Believe the trunk who calls and from whom a call was diverted (P-Asserted-Identity, Diversion, History-Info), and tell it so on outbound calls. Else these headers
    /// are ignored and never sent.
    /// </summary>
    public bool TrustIdentity { get; init; }

    /// <summary>Whether media is encrypted on this trunk; null for Media:Srtp.</summary>
    public SrtpPolicy? Srtp { get; init; }

    /// <summary>How keys travel.</summary>
    public DtmfMode Dtmf { get; init; } = DtmfMode.Rfc4733;

    /// <summary>What happens when an agent transfers a caller of this trunk to a destination that routes to this trunk first, or to a party behind it whom the agent talks with in a second call.</summary>
    public TransferMode Transfer { get; init; }
}

/// <summary>How a caller gets back into the trunk or PBX that the call came from.</summary>
public enum TransferMode
{
    /// <summary>The destination is called and joined with the caller here: two channels until they hang up.</summary>
    Bridge,

    /// <summary>The peer is asked to do it (REFER, RFC 3515), and both channels are free when it has; bridged when it will not or cannot.</summary>
    Refer,
}

/// <summary>How keys travel over a trunk, both ways.</summary>
public enum DtmfMode
{
    /// <summary>As telephone-events in RTP.</summary>
    Rfc4733,

    /// <summary>As INFO requests (application/dtmf-relay or application/dtmf).</summary>
    Info,

    /// <summary>As tones in the audio (ITU-T Q.23); telephone-events are neither offered nor accepted.</summary>
    Inband,
}
