using CallCluster.Media.Rtp;

namespace CallCluster.Media.Engine;

/// <summary>Plain counts of one media thread, written by it alone and summed when someone asks.</summary>
internal sealed class MediaCounters
{
    public readonly long[] Dropped = new long[Enum.GetValues<RtpDropReason>().Length];
    public long Received;
    public long Sent;
    public long Relayed;
    public long DigitsReceived;
    public long DigitsSent;
    public long DigitsDropped;
    public long ChecksAnswered;
    public long Faults;
    public long Wakes;
    public long RecordingSamplesLost;
    public int Resting;
}
