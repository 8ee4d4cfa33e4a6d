namespace CallCluster.Sip.Sdp;

/// <summary>An <c>m=</c> line and the lines under it (RFC 8866 §5.14).</summary>
public sealed record MediaDescription
{
    /// <summary>audio, video, image, application, text, message, or a token of someone's own.</summary>
    public required string Media { get; init; }

    /// <summary>0 to 65535; 0 rejects or removes the stream (RFC 3264 §6, §8.2).</summary>
    public required int Port { get; init; }

    /// <summary>Number of consecutive port pairs, 1 unless the line says <c>port/count</c>.</summary>
    public int PortCount { get; init; } = 1;

    /// <summary>The transport, such as <c>RTP/AVP</c>.</summary>
    public required string Protocol { get; init; }

    /// <summary>Payload types as text for RTP, whatever the protocol defines otherwise.</summary>
    public required IReadOnlyList<string> Formats { get; init; }

    public string? Information { get; init; }

    /// <summary>More than one only for layered multicast.</summary>
    public IReadOnlyList<SdpConnection> Connections { get; init; } = [];

    public IReadOnlyList<SdpBandwidth> Bandwidths { get; init; } = [];

    public string? Key { get; init; }

    public IReadOnlyList<SdpAttribute> Attributes { get; init; } = [];

    public IReadOnlyList<SdpLine> UnknownLines { get; init; } = [];

    public SdpConnection? Connection => Connections.Count > 0 ? Connections[0] : null;

    /// <summary>The direction said at media level, or null.</summary>
    public MediaDirection? Direction => SdpAttributes.Direction(Attributes);

    /// <summary>a=ptime in ms, or null when absent or no number from 1 to 1000.</summary>
    public int? PtimeMs => SdpAttributes.Milliseconds(Attributes, "ptime");

    /// <summary>a=maxptime in ms, or null when absent or no number from 1 to 1000.</summary>
    public int? MaxPtimeMs => SdpAttributes.Milliseconds(Attributes, "maxptime");

    /// <summary>True when the flag or valued attribute stands under this line.</summary>
    public bool Has(string attribute) => SdpAttributes.Has(Attributes, attribute);

    /// <summary>What each payload type of the m= line means, in its order; those without meaning (dynamic and unmapped, or no number) left out.</summary>
    public IReadOnlyList<RtpMap> RtpMaps => SdpAttributes.RtpMaps(this);

    /// <summary>RFC 3264 §6: the line that rejects this one, port 0, type, protocol and formats as they were.</summary>
    public MediaDescription Rejected() => new() { Media = Media, Port = 0, Protocol = Protocol, Formats = Formats };

    /// <summary>The a=fmtp parameters of a format, or null.</summary>
    public string? FormatParameters(string format) => SdpAttributes.FormatParameters(Attributes, format);
}
