namespace CallCluster.Sip.Sdp;

/// <summary>A <c>t=</c> line with its <c>r=</c> lines (RFC 8866 §5.9, §5.10), as text: a call is always <c>0 0</c>.</summary>
public sealed record SdpTiming(string Value, IReadOnlyList<string> Repeats)
{
    public static SdpTiming Permanent { get; } = new("0 0", []);
}
