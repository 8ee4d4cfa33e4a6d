using CallCluster.Media.Quality;

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

    /// <summary>Keys received, as telephone-events or as tones.</summary>
    public long DigitsReceived { get; init; }

    /// <summary>Keys sent, as telephone-events or as tones.</summary>
    public long DigitsSent { get; init; }

    /// <summary>Cumulative loss the peer reports for what we send (RFC 3550 section 6.4.1), null before its first report.</summary>
    public long? RemotePacketsLost { get; init; }

    /// <summary>Jitter in milliseconds the peer reports for what we send.</summary>
    public double? RemoteJitterMilliseconds { get; init; }

    /// <summary>Share of the packets from the peer that were lost, 0 to 1.</summary>
    public double ReceivedLoss => PacketsReceived + PacketsLost is > 0 and var expected ? Math.Clamp((double)PacketsLost / expected, 0, 1) : 0;

    /// <summary>Share of our packets that the peer reports lost, null before its first report.</summary>
    public double? SentLoss => RemotePacketsLost is { } lost && PacketsSent > 0 ? Math.Clamp((double)lost / PacketsSent, 0, 1) : null;

    /// <summary>Mean opinion score of what is heard from the peer (ITU-T G.107), null before anything is.</summary>
    public double? ReceivedMos => PacketsReceived > 0 ? Mos(ReceivedLoss, JitterMilliseconds) : null;

    /// <summary>Mean opinion score of what the peer hears, null before its first report.</summary>
    public double? SentMos => SentLoss is { } loss ? Mos(loss, RemoteJitterMilliseconds ?? 0) : null;

    /// <summary>Round trip in milliseconds by RTCP (RFC 3550 section 6.4.1), null before it is known.</summary>
    public double? RoundTripMilliseconds { get; init; }

    // One way is half of the round trip; a jitter buffer adds about twice the jitter, a packet its own 20 ms.
    private double Mos(double loss, double jitter) =>
        EModel.MeanOpinionScore(EModel.Rating(loss, TimeSpan.FromMilliseconds((RoundTripMilliseconds ?? 0) / 2 + 2 * jitter + 20)));
}
