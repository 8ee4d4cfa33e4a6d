using CallCluster.Sip.Authentication;

namespace CallCluster.Host.Configuration;

/// <summary>SIP listeners and names.</summary>
internal sealed record SipOptions
{
    /// <summary><c>udp:ADDRESS:PORT</c> or <c>tcp:ADDRESS:PORT</c>; port 0 takes a free one.</summary>
    public IReadOnlyList<string> Listen { get; init; } = ["udp:127.0.0.1:5060", "tcp:127.0.0.1:5060"];

    /// <summary>Host that peers reach the listeners by, when it differs from the listening address.</summary>
    public string? AdvertisedAddress { get; init; }

    /// <summary>SIP domain and digest realm.</summary>
    public string Domain { get; init; } = "callcluster.local";

    /// <summary>
    /// What digest challenges ask for, the strongest first (RFC 8760). Phones that give up when they see a challenge they do not know, as baresip 1.x does with SHA-256, need Md5 alone.
    /// </summary>
    public IReadOnlyList<DigestAlgorithm> DigestAlgorithms { get; init; } = [DigestAlgorithm.Sha256, DigestAlgorithm.Md5];
}
