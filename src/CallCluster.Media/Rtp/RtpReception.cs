namespace CallCluster.Media.Rtp;

/// <summary>
/// What a receiver knows of its peer's sequence numbers, losses and jitter: RFC 3550 A.1, A.3 and A.8. The probation of A.1 is left to
/// <see cref="SymmetricLatch"/>. Survives changes of SSRC, which peers make when they transfer or play music: totals go on.
/// </summary>
internal struct RtpReception
{
    private const int MaxDropout = 3000;
    private const int MaxMisorder = 100;
    private const uint NoBadSequence = 0x1_0001;

    private bool _started;
    private ushort _maxSequence;
    private uint _cycles;
    private uint _baseSequence;
    private uint _badSequence;
    private long _receivedOfSource;
    private long _expectedBefore;
    private long _receivedBefore;
    private int _transit;
    private uint _jitterScaled;
    private long _expectedPrior;
    private long _receivedPrior;

    /// <summary>The source that is being received.</summary>
    public uint Ssrc { get; private set; }

    /// <summary>Packets accepted, all sources.</summary>
    public readonly long Received => _receivedBefore + _receivedOfSource;

    /// <summary>Packets that came after their successor.</summary>
    public long OutOfOrder { get; private set; }

    /// <summary>Cumulative loss, all sources (A.3: expected less received; negative with duplicates).</summary>
    public readonly long Lost => _expectedBefore + Expected - Received;

    /// <summary>Interarrival jitter in timestamp units (A.8).</summary>
    public readonly uint Jitter => _jitterScaled >> 4;

    /// <summary>Extended highest sequence number received (section 6.4.1).</summary>
    public readonly uint ExtendedHighest => _cycles + _maxSequence;

    /// <summary>False before the first packet.</summary>
    public readonly bool Started => _started;

    private readonly long Expected => _started ? (long)ExtendedHighest - _baseSequence + 1 : 0;

    /// <summary>True for a packet that comes after those received, of the same source, at most a minute of packets of 20 ms later.</summary>
    public readonly bool IsContinuedBy(in RtpHeader header) => _started && header.Ssrc == Ssrc && (ushort)(header.Sequence - _maxSequence) is > 0 and < MaxDropout;

    /// <summary>Counts one packet.</summary>
    /// <param name="header">Its header.</param>
    /// <param name="arrival">When it came, in timestamp units.</param>
    /// <param name="measureJitter">False for telephone-events, whose timestamp is that of their start.</param>
    /// <returns>False when the sequence number jumped further than loss explains; a second packet that follows it is accepted.</returns>
    public bool Receive(in RtpHeader header, uint arrival, bool measureJitter)
    {
        var sequence = header.Sequence;
        var delta = (ushort)(sequence - _maxSequence);
        if (!_started || header.Ssrc != Ssrc)
        {
            Restart(header, arrival);
        }
        else if (delta < MaxDropout)
        {
            if (sequence < _maxSequence)
                _cycles += 0x1_0000;
            _maxSequence = sequence;
            _badSequence = NoBadSequence;
        }
        else if (delta <= 0x1_0000 - MaxMisorder)
        {
            if (sequence != _badSequence)
            {
                _badSequence = (ushort)(sequence + 1);
                return false;
            }
            Restart(header, arrival);
        }
        else
        {
            OutOfOrder++;
        }

        _receivedOfSource++;
        if (measureJitter)
            Measure(header.Timestamp, arrival);
        return true;
    }

    /// <summary>A.3: the share of packets lost since the last call, in 1/256.</summary>
    public byte TakeFractionLost()
    {
        var expected = _expectedBefore + Expected;
        var expectedInterval = expected - _expectedPrior;
        var lostInterval = expectedInterval - (Received - _receivedPrior);
        _expectedPrior = expected;
        _receivedPrior = Received;
        return expectedInterval <= 0 || lostInterval <= 0 ? (byte)0 : (byte)Math.Min(255, (lostInterval << 8) / expectedInterval);
    }

    private void Restart(in RtpHeader header, uint arrival)
    {
        _expectedBefore += Expected;
        _receivedBefore += _receivedOfSource;
        _receivedOfSource = 0;
        _started = true;
        Ssrc = header.Ssrc;
        _baseSequence = _maxSequence = header.Sequence;
        _badSequence = NoBadSequence;
        _cycles = 0;
        _transit = (int)(arrival - header.Timestamp);
    }

    // A.8, in the integer form that keeps four fractional bits.
    private void Measure(uint timestamp, uint arrival)
    {
        var transit = (int)(arrival - timestamp);
        var d = Math.Abs((long)(transit - _transit));
        _transit = transit;
        // A step of more than a second is a new timeline, not jitter.
        if (d < 8000)
            _jitterScaled += (uint)(d - ((_jitterScaled + 8) >> 4));
    }
}
