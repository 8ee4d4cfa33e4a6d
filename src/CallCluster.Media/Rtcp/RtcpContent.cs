namespace CallCluster.Media.Rtcp;

/// <summary>What a stream uses of a compound RTCP packet.</summary>
internal struct RtcpContent
{
    /// <summary>SSRC of the first report's sender.</summary>
    public uint SenderSsrc;

    /// <summary>The sender report, if one was in it.</summary>
    public SenderInfo? Sender;

    /// <summary>The report block about us, if one was in it.</summary>
    public ReportBlock? AboutUs;

    /// <summary>The peer said BYE (section 6.6).</summary>
    public bool Bye;
}
