namespace CallCluster.Sip.Sdp;

/// <summary>An <c>a=rtpmap</c> (RFC 8866 §6.6), or what RFC 3551 §6 says of a static payload type that has none.</summary>
public readonly record struct RtpMap(int PayloadType, string Encoding, int ClockRate, int Channels = 1)
{
    /// <summary>Encoding names compare without case (RFC 8866 §6.6); rate and channels must agree.</summary>
    public bool Is(string encoding, int clockRate, int channels = 1) =>
        ClockRate == clockRate && Channels == channels && Encoding.Equals(encoding, StringComparison.OrdinalIgnoreCase);

    public override string ToString() => Channels == 1 ? $"{PayloadType} {Encoding}/{ClockRate}" : $"{PayloadType} {Encoding}/{ClockRate}/{Channels}";
}
