using System.Security.Cryptography;

namespace CallCluster.Sip.Sdp.Encryption;

/// <summary>DTLS-SRTP of one stream over the life of a dialog (RFC 5763 §5, RFC 8842 §5). Changes only by <see cref="Agree"/>.</summary>
internal sealed class DtlsDescriptions
{
    /// <summary>The transport of our offers to browsers: they know no other.</summary>
    public const string BrowserProtocol = "UDP/TLS/RTP/SAVPF";

    /// <summary>The transport of our offers to all others: we send no feedback (RFC 4585).</summary>
    public const string Protocol = "UDP/TLS/RTP/SAVP";

    private const string Setup = "setup";
    private const string TlsId = "tls-id";
    private const int LeastIdLength = 20;
    private const int MostIdLength = 255;
    private DtlsAgreement? _agreed;
    private string? _offeredId;

    // The peer's name of the association. Not the agreement's own: a peer that gives one later changes nothing by it.
    private string? _remoteId;

    /// <summary>Whether the keys of the stream came, or come, from a handshake.</summary>
    public bool IsAgreed => _agreed is not null;

    /// <summary>Whether a line's transport is RTP over keys from a handshake (RFC 5764 §8).</summary>
    public static bool IsUsedBy(string protocol) => protocol is Protocol or BrowserProtocol;

    /// <summary>Whether an offered line is acceptable, and with which roles and certificates. RTCP would need a handshake of its own, so it has to share the port.</summary>
    /// <param name="offer">The description that the line is of.</param>
    /// <param name="line">The line.</param>
    /// <param name="hasIce">The peer's address is proved by ICE before anything is sent there.</param>
    /// <param name="agreement">What the answer says.</param>
    public bool TryAnswer(SessionDescription offer, MediaDescription line, bool hasIce, out DtlsAgreement? agreement)
    {
        agreement = null;
        if (CertificateFingerprint.Of(offer, line) is not { Count: > 0 } remote || !line.Has("rtcp-mux"))
            return false;
        var id = IdOf(line);
        var isSame = IsSame(remote, id);
        bool? active = (SetupOf(offer, line) ?? "active") switch
        {
            "active" => false,
            "passive" => true,
            // RFC 8842 §5.3: an association that is up keeps its roles. A peer without ICE may be behind a NAT: it has to begin, for we do not know where it is.
            "actpass" => isSame ? _agreed!.IsActive : hasIce,
            _ => null,
        };
        if (active is not { } isActive)
            return false;
        agreement = isSame && _agreed!.IsActive == isActive ? _agreed : new DtlsAgreement(isActive, remote, NewId(), id);
        return true;
    }

    /// <summary>Whether the answer to an offer of ours is acceptable, and with which roles and certificates.</summary>
    public bool TryAccept(SessionDescription answer, MediaDescription line, out DtlsAgreement? agreement)
    {
        agreement = null;
        if (!IsUsedBy(line.Protocol) || CertificateFingerprint.Of(answer, line) is not { Count: > 0 } remote || !line.Has("rtcp-mux"))
            return false;
        bool? active = (SetupOf(answer, line) ?? "active") switch { "active" => false, "passive" => true, _ => null };
        if (active is not { } isActive)
            return false;
        var id = IdOf(line);
        agreement = IsSame(remote, id) && _agreed!.IsActive == isActive ? _agreed : new DtlsAgreement(isActive, remote, OfferedId, id);
        return true;
    }

    /// <summary>The exchange succeeded with this.</summary>
    /// <param name="agreement">As <see cref="TryAnswer"/> or <see cref="TryAccept"/> gave it.</param>
    /// <param name="line">The peer's, null if it has refused the stream: it may give the association that is up its name.</param>
    public void Agree(DtlsAgreement? agreement, MediaDescription? line)
    {
        var isSame = ReferenceEquals(agreement, _agreed);
        _agreed = agreement;
        _remoteId = (line is null ? null : IdOf(line)) ?? (isSame ? _remoteId : null);
    }

    /// <summary>RFC 8842 §5.2: every offer leaves the roles to the answer, and names the association that is up, for we never ask for another.</summary>
    public IEnumerable<SdpAttribute> Offer(CertificateFingerprint local) => [local.ToAttribute(), new(Setup, "actpass"), new(TlsId, OfferedId)];

    /// <summary>RFC 8842 §5.3: the association has a name in the answer to an offer that gives it one, and only there.</summary>
    public static IEnumerable<SdpAttribute> Answer(CertificateFingerprint local, DtlsAgreement agreement, MediaDescription offered) =>
        [local.ToAttribute(), new(Setup, agreement.IsActive ? "active" : "passive"), .. IdOf(offered) is null ? Array.Empty<SdpAttribute>() : [new(TlsId, agreement.LocalId)]];

    private string OfferedId => _agreed?.LocalId ?? (_offeredId ??= NewId());

    /// <summary>RFC 8842 §4: another certificate or another name is another association. A peer that leaves its name out, or gives one where it gave none, says nothing by it.</summary>
    private bool IsSame(IReadOnlyList<CertificateFingerprint> remote, string? id) =>
        _agreed is not null && remote.SequenceEqual(_agreed.Remote) && (id is null || _remoteId is null || id == _remoteId);

    private static string NewId() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    /// <summary>RFC 8842 §4: <c>tls-id-value = 20*255(ALPHA / DIGIT / "+" / "/" / "-" / "_")</c>; null for anything else.</summary>
    private static string? IdOf(MediaDescription line) =>
        SdpAttributes.Value(line.Attributes, TlsId) is { Length: >= LeastIdLength and <= MostIdLength } id && id.All(c => char.IsAsciiLetterOrDigit(c) || c is '+' or '/' or '-' or '_') ? id : null;

    private static string? SetupOf(SessionDescription description, MediaDescription line) =>
        SdpAttributes.Value(line.Attributes, Setup) ?? SdpAttributes.Value(description.Attributes, Setup);
}
