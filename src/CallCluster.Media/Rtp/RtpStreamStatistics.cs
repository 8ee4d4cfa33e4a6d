namespace CallCluster.Media.Rtp;

/// <summary>A snapshot of one stream's figures since it was opened.</summary>
public readonly record struct RtpStreamStatistics
{
    /// <summary>RTP packets accepted from the peer.</summary>
    public long PacketsReceived { get; init; }

    /// <summary>RTP packets sent to the peer.</summary>
    public long PacketsSent { get; init; }

    /// <summary>Packets expected less packets received (RFC 3550 A.3); duplicates make it negative.</summary>
    public long PacketsLost { get; init; }

    /// <summary>Packets that came after their successor.</summary>
    public long PacketsOutOfOrder { get; init; }

    /// <summary>Datagrams from an address that is not the peer's.</summary>
    public long PacketsForeign { get; init; }

    /// <summary>Datagrams dropped for any reason, foreign ones included.</summary>
    public long PacketsDropped { get; init; }

    /// <summary>Interarrival jitter in milliseconds (RFC 3550 A.8).</summary>
    public double JitterMilliseconds { get; init; }

    /// <summary>Keys received by telephone-event.</summary>
    public long DigitsReceived { get; init; }

    /// <summary>Keys sent by telephone-event.</summary>
    public long DigitsSent { get; init; }

    /// <summary>Cumulative loss the peer reports for what we send (RFC 3550 section 6.4.1), null before its first report.</summary>
    public long? RemotePacketsLost { get; init; }

    /// <summary>Jitter in milliseconds the peer reports for what we send.</summary>
    public double? RemoteJitterMilliseconds { get; init; }

    /// <summary>Round trip in milliseconds by RTCP (RFC 3550 section 6.4.1), null before it is known.</summary>
    public double? RoundTripMilliseconds { get; init; }
}
