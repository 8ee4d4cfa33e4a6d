using CallCluster.Media.Codecs;
using CallCluster.Media.Rtp;

namespace CallCluster.Media.Jitter;

/// <summary>What is received on one stream as 8000 Hz samples: in order, with what was lost made up, and with noise where the peer announced silence. For whoever needs the audio decoded; what is only passed on never comes here.</summary>
internal sealed class AudioReception
{
    private const int UsualFrame = 160;

    // One second: a peer whose timestamps are further behind than that is not late, but began them anew or let them stand still.
    private const int MostLate = 8000;
    private readonly JitterBuffer _buffer = new();
    private readonly AudioDecoder _decoder = new();
    private readonly LossConcealment _concealment = new();
    private readonly short[] _decoded = new short[JitterBuffer.MaxPayload];
    private readonly short[] _madeUp = new short[JitterBuffer.MaxPayload];
    private NoiseGenerator _noise;
    private RtpHeader _waiting;
    private bool _isWaiting;
    private bool _started;
    private uint _ssrc;
    private uint _nextTimestamp;
    private uint _makeUpFrom;
    private int _toMakeUp;
    private int _lost;
    private int _frameLength = UsualFrame;

    /// <summary>The peer has announced that it sends nothing, and a background that can be heard.</summary>
    public bool HasNoise => _noise.IsHeard;

    /// <summary>What was given last is noise that stands for nothing the peer sent.</summary>
    public bool GaveNoise { get; private set; }

    /// <summary>Samples of the next frame of noise: as the peer's packets had, so that whoever passes both on need not cut them anew.</summary>
    public int NoiseLength => _frameLength % 80 == 0 ? _frameLength : UsualFrame;

    /// <summary>Samples by which the timestamps given are above the peer's own: its speech came later than the noise that was made meanwhile.</summary>
    public uint Behind { get; private set; }

    /// <summary>Samples that pass between the announcement of a silence and its first frame of noise: speech that was given late has taken the beginning of it.</summary>
    public int FirstNoiseDue => NoiseLength + (Behind <= MostLate ? (int)Behind : 0);

    /// <summary>Takes a packet; false when it is of no use: late, a duplicate or too long. One without payload only takes its number: telephone-events share the numbers of the audio.</summary>
    public bool Add(in RtpHeader header, ReadOnlySpan<byte> payload, MediaCodec codec) => _buffer.Add(header, payload, codec);

    /// <summary>Takes a packet by which the peer announces that it falls silent (RFC 3389).</summary>
    /// <param name="header">Its header.</param>
    /// <param name="level">Of its background, in -dBov.</param>
    public void AddNoise(in RtpHeader header, byte level) => _buffer.Add(header with { PayloadLength = 1 }, [level], codec: null);

    /// <summary>The next frame: a decoded packet, or one made up in the place of a lost one, with sequence number and timestamp as that packet had.</summary>
    /// <param name="samples">Its samples, valid until the next call.</param>
    /// <param name="frame">Its header; the payload length is the number of samples.</param>
    /// <param name="giveUp">Wait no longer for what is missing: the peer has fallen silent.</param>
    public bool TryNext(out ReadOnlySpan<short> samples, out RtpHeader frame, bool giveUp = false)
    {
        samples = default;
        frame = default;
        if (!_isWaiting && !TakePacket(giveUp))
            return false;
        GaveNoise = _noise.IsHeard && _toMakeUp > 0;
        if (_toMakeUp > 0)
        {
            frame = GaveNoise ? MakeNoise(Math.Min(_toMakeUp, NoiseLength), out samples) : Conceal(out samples);
            return true;
        }
        _isWaiting = false;
        _noise.Stop();
        frame = _waiting;
        _frameLength = frame.PayloadLength;
        var decoded = _decoded.AsSpan(0, frame.PayloadLength);
        _concealment.Received(decoded);
        samples = decoded;
        return true;
    }

    /// <summary>Noise that nobody asked for meanwhile is left out.</summary>
    /// <param name="timestamp">Of the peer, by now.</param>
    public void SkipNoise(uint timestamp)
    {
        timestamp += Behind;
        if (HasNoise && (int)(timestamp - _nextTimestamp) > LossConcealment.MostSamples)
            _nextTimestamp = timestamp;
    }

    /// <summary>The next frame of the silence that the peer announced. A clock has to ask for it, after all of <see cref="TryNext"/>: no packet comes that would.</summary>
    /// <param name="samples">Its samples, valid until the next call.</param>
    /// <param name="frame">Its header: the number is that of the packet to come, which it must not take from it.</param>
    public bool TryNextNoise(out ReadOnlySpan<short> samples, out RtpHeader frame)
    {
        samples = default;
        frame = default;
        if (!HasNoise)
            return false;
        GaveNoise = true;
        _makeUpFrom = _nextTimestamp;
        _nextTimestamp += (uint)NoiseLength;
        frame = MakeNoise(NoiseLength, out samples);
        return true;
    }

    private bool TakePacket(bool giveUp)
    {
        RtpHeader header;
        MediaCodec? codec;
        ReadOnlySpan<byte> payload;
        do
        {
            if (!_buffer.TryTake(out header, out codec, out payload, out _lost, giveUp))
                return false;
            if (codec is null)
                BeginNoise(header, payload[0]);
        }
        while (payload.IsEmpty || codec is null);
        _decoder.Decode(payload, _decoded, codec.Value);
        // A gap in time without one in the numbers is silence that the peer did not send.
        var gap = Begin(header) ? 0 : (int)(header.Timestamp + Behind - _nextTimestamp);
        if (gap < 0 ? HasNoise : _lost == 0)
        {
            // Noise was made by our clock, which does not wait for speech that is late: that goes behind it whole, and what follows too, until a pause is long enough to catch up in.
            var change = gap < 0 ? gap : (int)Math.Min((uint)gap, Behind);
            Behind -= (uint)change;
            gap -= change;
        }
        _toMakeUp = gap > 0 && (HasNoise ? gap <= LossConcealment.MostSamples : _lost > 0) ? Math.Min(gap, LossConcealment.MostSamples) : 0;
        _waiting = header with { Timestamp = header.Timestamp + Behind };
        _makeUpFrom = _nextTimestamp;
        _nextTimestamp = _waiting.Timestamp + (uint)header.PayloadLength;
        return _isWaiting = true;
    }

    private void BeginNoise(in RtpHeader header, byte level)
    {
        // Where noise is being made already, or should have begun, it goes on from there: what has been made is not taken back.
        if (Begin(header) || (int)(header.Timestamp + Behind - _nextTimestamp) > LossConcealment.MostSamples)
            _nextTimestamp = header.Timestamp + Behind;
        _waiting = header;
        _noise.SetLevel(level);
    }

    /// <summary>True for the first packet of a source.</summary>
    private bool Begin(in RtpHeader header)
    {
        if (_started && header.Ssrc == _ssrc)
            return false;
        _started = true;
        _ssrc = header.Ssrc;
        Behind = 0;
        return true;
    }

    private RtpHeader MakeNoise(int length, out ReadOnlySpan<short> samples)
    {
        var noise = _madeUp.AsSpan(0, length);
        _noise.Fill(noise);
        samples = noise;
        var frame = _waiting with { Marker = false, Sequence = _isWaiting ? _waiting.Sequence : _buffer.Next, Timestamp = _makeUpFrom, PayloadLength = length };
        _makeUpFrom += (uint)length;
        _toMakeUp = Math.Max(0, _toMakeUp - length);
        return frame;
    }

    private RtpHeader Conceal(out ReadOnlySpan<short> samples)
    {
        var madeUp = _madeUp.AsSpan(0, Math.Min(_toMakeUp, _frameLength));
        _concealment.Conceal(madeUp);
        samples = madeUp;
        var frame = _waiting with { Marker = false, Sequence = (ushort)(_waiting.Sequence - _lost), Timestamp = _makeUpFrom, PayloadLength = madeUp.Length };
        _makeUpFrom += (uint)madeUp.Length;
        _toMakeUp = --_lost == 0 ? 0 : _toMakeUp - madeUp.Length;
        return frame;
    }
}
