namespace CallCluster.Media.Rtp;

/// <summary>
/// Cuts the audio of one stream into packets of another length without decoding it: every codec of the engine has a byte for each unit of the timestamp. Loss stays loss: the numbers
/// of the packets that it makes leave out what did not arrive. Nothing is allocated after the start.
/// </summary>
internal sealed class Repacketiser
{
    private readonly byte[] _held = new byte[RtpHeader.MaxDatagram * 2];
    private int _length;
    private uint _timestamp;
    private uint _ssrc;
    private ushort _sequence;
    private ushort _expected;
    private bool _marker;
    private bool _started;

    /// <summary>True when the packet lies before what has been taken: late, or a duplicate.</summary>
    public bool IsLate(in RtpHeader header) => _started && header.Ssrc == _ssrc && (int)(header.Timestamp - End) is < 0 and > -RtpSendTimeline.MaxDrift;

    /// <summary>True when the packet begins where what is held ends; if not, <see cref="TryCut"/> the rest first.</summary>
    public bool Follows(in RtpHeader header) => _length == 0 || (header.Ssrc == _ssrc && header.Timestamp == End);

    private uint End => _timestamp + (uint)_length;

    /// <summary>Takes a packet's payload.</summary>
    /// <param name="header">Its header.</param>
    /// <param name="payload">Its payload.</param>
    /// <param name="frame">The length that packets are cut to, by which the number of those that are missing is known.</param>
    public void Add(in RtpHeader header, ReadOnlySpan<byte> payload, int frame)
    {
        if (_length == 0)
        {
            var gap = (int)(header.Timestamp - _timestamp);
            if (!_started)
                _sequence = header.Sequence;
            else if (header.Ssrc == _ssrc && header.Sequence != _expected && gap is > 0 and < RtpSendTimeline.MaxDrift)
                _sequence += (ushort)Math.Max(1, gap / frame);
            _marker = header.Marker;
            _timestamp = header.Timestamp;
            _ssrc = header.Ssrc;
            _started = true;
        }
        _expected = (ushort)(header.Sequence + 1);
        payload.CopyTo(_held.AsSpan(_length));
        _length += payload.Length;
    }

    /// <summary>Cuts the next packet off.</summary>
    /// <param name="length">Bytes it must have; 0 takes whatever there is.</param>
    /// <param name="target">Where its payload goes.</param>
    /// <param name="header">A header as its source would have given it.</param>
    public bool TryCut(int length, Span<byte> target, out RtpHeader header)
    {
        header = default;
        if (_length == 0 || _length < length)
            return false;
        var taken = length == 0 ? _length : length;
        _held.AsSpan(0, taken).CopyTo(target);
        _held.AsSpan(taken, _length - taken).CopyTo(_held);
        header = new RtpHeader(0, _marker, _sequence++, _timestamp, _ssrc, RtpHeader.Length, taken);
        _length -= taken;
        _timestamp += (uint)taken;
        _marker = false;
        return true;
    }

    /// <summary>The number to send a packet under that is not audio but comes in between.</summary>
    /// <param name="sequence">The number it came with.</param>
    public ushort TakeSequence(ushort sequence)
    {
        _expected = (ushort)(sequence + 1);
        return _sequence++;
    }

    /// <summary>A packet that is no audio and is not passed on: it is not missed.</summary>
    public void Skip(ushort sequence) => _expected = (ushort)(sequence + 1);

    /// <summary>Forgets what is held.</summary>
    public void Clear()
    {
        _timestamp += (uint)_length;
        _length = 0;
    }
}
