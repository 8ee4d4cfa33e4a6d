using CallCluster.Media.Dtls;
using CallCluster.Media.Rtp;

namespace CallCluster.Media.Engine;

/// <summary>A snapshot of an engine's counts since it started.</summary>
public sealed record MediaEngineTotals
{
    /// <summary>RTP packets accepted.</summary>
    public long PacketsReceived { get; init; }

    /// <summary>RTP packets sent.</summary>
    public long PacketsSent { get; init; }

    /// <summary>Those of the sent packets that came from a bridged stream.</summary>
    public long PacketsRelayed { get; init; }

    /// <summary>Keys received by telephone-event.</summary>
    public long DigitsReceived { get; init; }

    /// <summary>Keys sent by telephone-event.</summary>
    public long DigitsSent { get; init; }

    /// <summary>Keys not sent, since too many waited to be.</summary>
    public long DigitsDropped { get; init; }

    /// <summary>Connectivity checks of ICE answered.</summary>
    public long ChecksAnswered { get; init; }

    /// <summary>Packets, timers or commands whose handling threw: a defect, reported in the log.</summary>
    public long Faults { get; init; }

    /// <summary>Times a media thread looked for packets.</summary>
    public long Wakes { get; init; }

    /// <summary>Streams open now.</summary>
    public int OpenStreams { get; init; }

    /// <summary>Port pairs that calls hold or that rest after one.</summary>
    public int PortsInUse { get; init; }

    /// <summary>Port pairs of ended calls that are not free yet.</summary>
    public int PortsResting { get; init; }

    /// <summary>Port pairs of the configured range; 0 when the system chooses.</summary>
    public int PortCapacity { get; init; }

    /// <summary>Recordings that could not be written.</summary>
    public long RecordingsFailed { get; init; }

    /// <summary>Audio that is silence in recordings, since the disk was too slow.</summary>
    public TimeSpan RecordingLost { get; init; }

    /// <summary>Datagrams not used, by reason; the index is the <see cref="RtpDropReason"/>.</summary>
    public required IReadOnlyList<long> Dropped { get; init; }

    /// <summary>DTLS handshakes by how they ended; the index is the <see cref="DtlsFailure"/>.</summary>
    public required IReadOnlyList<long> Handshakes { get; init; }

    /// <summary>Datagrams not used for one reason.</summary>
    public long DroppedFor(RtpDropReason reason) => Dropped[(int)reason];
}
