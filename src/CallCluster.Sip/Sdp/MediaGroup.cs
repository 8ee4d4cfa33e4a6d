namespace CallCluster.Sip.Sdp;

/// <summary>The name of our one stream (a=mid) and whether it is bundled (RFC 8843), as browsers want it: with itself, every other line being rejected.</summary>
/// <param name="Mid">Its a=mid; null when the peer gives none.</param>
/// <param name="IsBundled">It stands in an a=group:BUNDLE.</param>
internal sealed record MediaGroup(string? Mid, bool IsBundled)
{
    private const string Bundle = "BUNDLE";

    /// <summary>No name.</summary>
    public static MediaGroup None { get; } = new(null, IsBundled: false);

    /// <summary>That of our offers to browsers.</summary>
    public static MediaGroup Ours { get; } = new("0", IsBundled: true);

    public IEnumerable<SdpAttribute> MediaAttributes => Mid is { } mid ? [new("mid", mid)] : [];

    public IEnumerable<SdpAttribute> SessionAttributes => IsBundled ? [new("group", $"{Bundle} {Mid}")] : [];

    /// <summary>RFC 5888 §4, §5: <c>mid:token</c>, <c>group:BUNDLE *(SP token)</c>. An answer repeats what the offer says of the line it takes.</summary>
    public static MediaGroup Of(SessionDescription offer, MediaDescription line) =>
        SdpAttributes.Value(line.Attributes, "mid") is { Length: > 0 and <= 64 } mid && !mid.Contains(' ', StringComparison.Ordinal)
            ? new MediaGroup(mid, offer.Attributes.Any(a => a is { Name: "group", Value: { } group } && group.Split(' ') is [Bundle, .. var mids] && mids.Contains(mid)))
            : None;
}
