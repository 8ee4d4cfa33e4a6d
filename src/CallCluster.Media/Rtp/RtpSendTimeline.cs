namespace CallCluster.Media.Rtp;

/// <summary>
/// Makes one continuous RTP stream (one SSRC, RFC 3550 section 5.1) of whatever a peer hears in turn: prompts, digits, one agent, hold music,
/// another agent. Within a source, gaps and order are kept, so that the receiver sees the loss that was; at a change of source the sequence goes on by
/// one, the timestamp by the time that passed, and the marker bit is set.
/// </summary>
internal struct RtpSendTimeline(uint ssrc, ushort firstSequence, uint firstTimestamp)
{
    private const int SamplesPerMillisecond = 8;

    // Two seconds between where the source's clock says a packet belongs and where ours does: the source started a new timeline.
    public const int MaxDrift = 16_000;
    private const int MaxJump = 3000;
    private const ulong Generated = 0;
    private const ulong Nothing = ulong.MaxValue;

    private ulong _source = Nothing;
    private ushort _highestSequence = (ushort)(firstSequence - 1);
    private ushort _floorSequence;
    private ushort _sequenceOffset;
    private uint _timestampOffset;
    private uint _highestTimestamp = firstTimestamp;
    private uint _nextGenerated;
    private uint _highestSamples;
    private long _highestAtMicroseconds = long.MinValue;

    /// <summary>The SSRC all packets carry.</summary>
    public uint Ssrc { get; } = ssrc;

    /// <summary>The timestamp that audio made now would carry: for RTCP sender reports.</summary>
    public readonly uint TimestampAt(long now) => _highestTimestamp + Elapsed(now);

    /// <summary>Maps a packet received from <paramref name="header"/>'s source. False: it is older than the change to this source and has no place.</summary>
    public bool TryRelay(in RtpHeader header, long now, out ushort sequence, out uint timestamp, out bool marker)
    {
        var source = header.Ssrc | 1UL << 32;
        marker = header.Marker;
        sequence = (ushort)(header.Sequence + _sequenceOffset);
        timestamp = header.Timestamp + _timestampOffset;
        var ahead = (short)(sequence - _highestSequence);
        if (source != _source || ahead is > MaxJump or < -MaxJump)
        {
            _source = source;
            sequence = _floorSequence = (ushort)(_highestSequence + 1);
            _sequenceOffset = (ushort)(sequence - header.Sequence);
            Reanchor(header.Timestamp, now, out timestamp);
            marker = true;
        }
        else if ((short)(sequence - _floorSequence) < 0)
        {
            return false;
        }
        else if (ahead > 0 && timestamp != _highestTimestamp && Math.Abs((long)(int)(timestamp - TimestampAt(now))) > MaxDrift)
        {
            Reanchor(header.Timestamp, now, out timestamp);
            marker = true;
        }
        Sent(sequence, timestamp, (uint)header.PayloadLength, now);
        return true;
    }

    /// <summary>The source's next packet is not passed on and was no audio: it leaves no hole in the numbers.</summary>
    public void Skip(in RtpHeader header)
    {
        if ((header.Ssrc | 1UL << 32) != _source || (ushort)(header.Sequence + _sequenceOffset) != (ushort)(_highestSequence + 1))
            return;
        _sequenceOffset--;
        // What came before it and is late would take the number of another.
        _floorSequence = (ushort)(_highestSequence + 1);
    }

    /// <summary>What was relayed last stands for nothing that its source sent: the number that it was given as the source's belongs to the source's next packet.</summary>
    public void Insert()
    {
        _sequenceOffset++;
        _floorSequence = (ushort)(_highestSequence + 1);
    }

    /// <summary>Takes the place of a packet of <paramref name="samples"/> samples that we make ourselves; successive ones follow without gap until <see cref="Break"/>.</summary>
    public void Generate(uint samples, long now, out ushort sequence, out uint timestamp, out bool marker)
    {
        marker = _source != Generated;
        timestamp = marker ? Following(now) : _nextGenerated;
        _source = Generated;
        _nextGenerated = timestamp + samples;
        sequence = (ushort)(_highestSequence + 1);
        Sent(sequence, timestamp, samples, now);
    }

    /// <summary>RFC 4733 section 2.5.1.1: the timestamp of an event that starts now; its packets take their numbers from <see cref="ContinueEvent"/>.</summary>
    public uint BeginEvent(long now)
    {
        _source = Nothing;
        var timestamp = Following(now);
        _highestTimestamp = timestamp;
        _highestSamples = 0;
        _highestAtMicroseconds = now;
        return timestamp;
    }

    /// <summary>The sequence number of the event's next packet.</summary>
    public ushort ContinueEvent() => ++_highestSequence;

    /// <summary>The next packet starts a talk spurt.</summary>
    public void Break() => _source = Nothing;

    private void Reanchor(uint theirs, long now, out uint ours)
    {
        ours = Following(now);
        _timestampOffset = ours - theirs;
    }

    // Never less than the last packet's own length, or the two would overlap.
    private readonly uint Following(long now) =>
        _highestAtMicroseconds == long.MinValue ? _highestTimestamp : _highestTimestamp + Math.Max(Elapsed(now), Math.Max(_highestSamples, 1));

    private readonly uint Elapsed(long now) =>
        _highestAtMicroseconds == long.MinValue ? 0 : (uint)Math.Max(0, (now - _highestAtMicroseconds) * SamplesPerMillisecond / 1000);

    private void Sent(ushort sequence, uint timestamp, uint samples, long now)
    {
        if ((short)(sequence - _highestSequence) > 0)
            _highestSequence = sequence;
        if ((int)(timestamp - _highestTimestamp) > 0 || _highestAtMicroseconds == long.MinValue)
        {
            _highestTimestamp = timestamp;
            _highestSamples = samples;
            _highestAtMicroseconds = now;
        }
    }
}
