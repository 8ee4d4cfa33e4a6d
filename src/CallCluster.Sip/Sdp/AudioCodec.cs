namespace CallCluster.Sip.Sdp;

/// <summary>A codec that can be negotiated: its name and clock in SDP, and its static payload type (RFC 3551 §6).</summary>
public sealed record AudioCodec(string Name, int ClockRate, int PayloadType)
{
    public static AudioCodec Pcmu { get; } = new("PCMU", 8000, 0);

    public static AudioCodec Pcma { get; } = new("PCMA", 8000, 8);

    /// <summary>The codec of that name (without case), or null when it is not supported.</summary>
    public static AudioCodec? Find(string name) =>
        name.Equals("PCMU", StringComparison.OrdinalIgnoreCase) ? Pcmu : name.Equals("PCMA", StringComparison.OrdinalIgnoreCase) ? Pcma : null;
}
