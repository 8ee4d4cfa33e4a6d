namespace CallCluster.Sip.Sdp;

/// <summary>A session description (RFC 8866 §5). Lists keep the order of their lines; lines of types without a meaning here are kept too.</summary>
public sealed record SessionDescription
{
    /// <summary>The media type of a body that holds one.</summary>
    public const string MediaType = "application/sdp";

    public required SdpOrigin Origin { get; init; }

    /// <summary>s=; a single dash when there is no name.</summary>
    public string Name { get; init; } = "-";

    public string? Information { get; init; }

    public string? Uri { get; init; }

    public IReadOnlyList<string> Emails { get; init; } = [];

    public IReadOnlyList<string> Phones { get; init; } = [];

    public SdpConnection? Connection { get; init; }

    public IReadOnlyList<SdpBandwidth> Bandwidths { get; init; } = [];

    public IReadOnlyList<SdpTiming> Timings { get; init; } = [SdpTiming.Permanent];

    public string? TimeZones { get; init; }

    public string? Key { get; init; }

    public IReadOnlyList<SdpAttribute> Attributes { get; init; } = [];

    public IReadOnlyList<SdpLine> UnknownLines { get; init; } = [];

    public IReadOnlyList<MediaDescription> Media { get; init; } = [];

    /// <summary>The direction said at session level, or null (RFC 8866 §6.7).</summary>
    public MediaDirection? Direction => SdpAttributes.Direction(Attributes);

    /// <summary>The c= line that holds for a media line: its own, else the session's (RFC 8866 §5.7).</summary>
    public SdpConnection? ConnectionOf(MediaDescription media) => media.Connection ?? Connection;

    /// <summary>The direction that holds for a media line: its own, else the session's, else sendrecv.</summary>
    public MediaDirection DirectionOf(MediaDescription media) => media.Direction ?? Direction ?? MediaDirection.SendRecv;

    /// <summary>Parses a body; never throws. On failure <paramref name="description"/> is null and <paramref name="error"/> says why.</summary>
    public static bool TryParse(ReadOnlySpan<byte> body, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out SessionDescription? description, out SdpError error)
    {
        var result = SdpParser.Parse(body);
        description = result.Description;
        error = result.Error;
        return description is not null;
    }

    /// <summary>The body's bytes, lines ended by CRLF.</summary>
    public byte[] ToBytes() => SdpWriter.Write(this);

    public override string ToString() => System.Text.Encoding.UTF8.GetString(ToBytes());
}
