using CallCluster.Media.Codecs;
using CallCluster.Media.Rtp;

namespace CallCluster.Media.Jitter;

/// <summary>What is received on one stream as 8000 Hz samples: in order, with what was lost made up. For whoever needs the audio decoded; what is only passed on never comes here.</summary>
internal sealed class AudioReception
{
    private readonly JitterBuffer _buffer = new();
    private readonly AudioDecoder _decoder = new();
    private readonly LossConcealment _concealment = new();
    private readonly short[] _decoded = new short[JitterBuffer.MaxPayload];
    private readonly short[] _madeUp = new short[JitterBuffer.MaxPayload];
    private RtpHeader _waiting;
    private bool _isWaiting;
    private bool _started;
    private uint _ssrc;
    private uint _nextTimestamp;
    private uint _concealFrom;
    private int _toConceal;
    private int _lost;
    private int _frameLength;

    /// <summary>Takes a packet; false when it is of no use: late, a duplicate or too long. One without payload only takes its number: telephone-events share the numbers of the audio.</summary>
    public bool Add(in RtpHeader header, ReadOnlySpan<byte> payload, MediaCodec codec) => _buffer.Add(header, payload, codec);

    /// <summary>The next frame: a decoded packet, or one made up in the place of a lost one, with sequence number and timestamp as that packet had.</summary>
    /// <param name="samples">Its samples, valid until the next call.</param>
    /// <param name="frame">Its header; the payload length is the number of samples.</param>
    public bool TryNext(out ReadOnlySpan<short> samples, out RtpHeader frame)
    {
        samples = default;
        frame = default;
        if (!_isWaiting && !TakePacket())
            return false;
        if (_toConceal > 0)
        {
            frame = MakeUp(out samples);
            return true;
        }
        _isWaiting = false;
        frame = _waiting;
        _frameLength = frame.PayloadLength;
        var decoded = _decoded.AsSpan(0, frame.PayloadLength);
        _concealment.Received(decoded);
        samples = decoded;
        return true;
    }

    private bool TakePacket()
    {
        RtpHeader header;
        MediaCodec codec;
        ReadOnlySpan<byte> payload;
        do
        {
            if (!_buffer.TryTake(out header, out codec, out payload, out _lost))
                return false;
        }
        while (payload.IsEmpty);
        _decoder.Decode(payload, _decoded, codec);
        // A gap in time without one in the numbers is silence that the peer did not send.
        var gap = _started && header.Ssrc == _ssrc ? (int)(header.Timestamp - _nextTimestamp) : 0;
        _toConceal = _lost > 0 && gap > 0 ? Math.Min(gap, LossConcealment.MostSamples) : 0;
        _concealFrom = _nextTimestamp;
        _started = true;
        _ssrc = header.Ssrc;
        _nextTimestamp = header.Timestamp + (uint)header.PayloadLength;
        _waiting = header;
        return _isWaiting = true;
    }

    private RtpHeader MakeUp(out ReadOnlySpan<short> samples)
    {
        var madeUp = _madeUp.AsSpan(0, Math.Min(_toConceal, _frameLength));
        _concealment.Conceal(madeUp);
        samples = madeUp;
        var frame = _waiting with { Marker = false, Sequence = (ushort)(_waiting.Sequence - _lost), Timestamp = _concealFrom, PayloadLength = madeUp.Length };
        _concealFrom += (uint)madeUp.Length;
        _toConceal = --_lost == 0 ? 0 : _toConceal - madeUp.Length;
        return frame;
    }
}
