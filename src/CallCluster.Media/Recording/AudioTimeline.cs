using CallCluster.Media.Rtp;

namespace CallCluster.Media.Recording;

/// <summary>Places received audio by its RTP timestamp, so that loss and silence suppression become silence of the right length.</summary>
internal struct AudioTimeline
{
    // More than a second away from where the clock says: the peer started a new timeline.
    private const int MaxDrift = 8000;
    private bool _started;
    private uint _ssrc;
    private uint _nextTimestamp;
    private long _lastArrival;

    /// <summary>Places a packet behind the last one. False: it is late or a duplicate and its place is taken.</summary>
    /// <param name="header">The packet.</param>
    /// <param name="now">Microseconds.</param>
    /// <param name="gap">Samples of silence to put before it.</param>
    public bool Place(in RtpHeader header, long now, out int gap)
    {
        gap = 0;
        if (_started)
        {
            var ahead = (int)(header.Timestamp - _nextTimestamp);
            var elapsed = Math.Min((now - _lastArrival) * 8 / 1000, int.MaxValue / 2);
            if (header.Ssrc != _ssrc || ahead > elapsed + MaxDrift || ahead < -MaxDrift)
                gap = (int)Math.Max(0, elapsed - header.PayloadLength);
            else if (ahead < 0)
                return false;
            else
                gap = ahead;
        }
        _started = true;
        _ssrc = header.Ssrc;
        _nextTimestamp = header.Timestamp + (uint)header.PayloadLength;
        _lastArrival = now;
        return true;
    }
}
