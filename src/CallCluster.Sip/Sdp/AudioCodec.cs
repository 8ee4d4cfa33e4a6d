namespace CallCluster.Sip.Sdp;

/// <summary>A codec that can be negotiated: its name and clock in SDP, and its static payload type (RFC 3551 §6).</summary>
public sealed record AudioCodec(string Name, int ClockRate, int PayloadType)
{
    public static AudioCodec Pcmu { get; } = new("PCMU", 8000, 0);

    public static AudioCodec Pcma { get; } = new("PCMA", 8000, 8);

    /// <summary>7 kHz audio, whose clock in SDP and RTP is 8000 all the same (RFC 3551 §4.5.2).</summary>
    public static AudioCodec G722 { get; } = new("G722", 8000, 9);

    /// <summary>Every codec there is.</summary>
    public static IReadOnlyList<AudioCodec> All { get; } = [Pcmu, Pcma, G722];

    /// <summary>The codec of that name (without case), or null when it is not supported.</summary>
    public static AudioCodec? Find(string name) => All.FirstOrDefault(codec => name.Equals(codec.Name, StringComparison.OrdinalIgnoreCase));
}
