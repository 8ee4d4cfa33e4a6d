using CallCluster.Media.Rtp;

namespace CallCluster.Media.Recording;

/// <summary>
/// Places one peer's audio on a clock that other peers' audio is placed on too: within a stream by RTP timestamps, and the stream as a whole where its quickest packets came. So neither
/// jitter nor a peer's clock that runs fast or slow moves the two apart by more than a packet.
/// </summary>
internal struct ClockTimeline
{
    // Further away from the clock than delay explains: the peer began a new timeline, or its timestamps stood still while it was on hold.
    private const int MostLate = 4000;
    private const int Tolerance = 80;

    // About five seconds.
    private const int Window = 250;
    private bool _started;
    private uint _ssrc;
    private uint _nextTimestamp;
    private long _next;
    private long _leastLate;
    private int _inWindow;

    /// <summary>Where a frame begins.</summary>
    /// <param name="frame">Its header; the payload length is the number of samples.</param>
    /// <param name="clock">When it came, in samples.</param>
    /// <returns>Its first sample's place, in samples of the clock.</returns>
    public long Place(in RtpHeader frame, long clock)
    {
        // Its last sample was said just before it came.
        var byClock = clock - frame.PayloadLength;
        var place = _next + (int)(frame.Timestamp - _nextTimestamp);
        var late = byClock - place;
        if (!_started || frame.Ssrc != _ssrc || Math.Abs(late) > MostLate || late < -Tolerance)
        {
            place = byClock;
            Restart();
        }
        else if (Learn(late) is var behind and > Tolerance)
        {
            place += behind;
        }
        _started = true;
        _ssrc = frame.Ssrc;
        _nextTimestamp = frame.Timestamp + (uint)frame.PayloadLength;
        _next = place + frame.PayloadLength;
        return place;
    }

    /// <summary>At the end of a window, by how much even its quickest packet was late.</summary>
    private long Learn(long late)
    {
        _leastLate = Math.Min(_leastLate, late);
        if (++_inWindow < Window)
            return 0;
        var least = _leastLate;
        Restart();
        return least;
    }

    private void Restart()
    {
        _leastLate = long.MaxValue;
        _inWindow = 0;
    }
}
