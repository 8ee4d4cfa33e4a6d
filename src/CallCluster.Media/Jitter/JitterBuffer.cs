using CallCluster.Media.Codecs;
using CallCluster.Media.Rtp;

namespace CallCluster.Media.Jitter;

/// <summary>
/// Puts the packets of one stream in order before they are decoded. It is driven by arrivals, not by a clock: what comes in order passes at once, and only behind a gap is waited, for as
/// many further packets as reordering has lately needed. Whoever plays the audio has a buffer of his own against the jitter in time. Nothing is allocated after the start.
/// </summary>
internal sealed class JitterBuffer
{
    /// <summary>The longest payload that is kept: 120 ms.</summary>
    public const int MaxPayload = 960;

    private const int Slots = 16;
    private const int LeastDepth = 1;
    private const int MostDepth = 8;

    // About ten seconds: reordering that was not seen for so long need not be waited for.
    private const int Window = 500;
    private readonly (RtpHeader Header, MediaCodec? Codec, bool Held)[] _slots = new (RtpHeader, MediaCodec?, bool)[Slots];
    private readonly byte[] _payloads = new byte[Slots * MaxPayload];
    private bool _started;
    private uint _ssrc;
    private ushort _next;
    private ushort _highest;
    private int _held;
    private int _needed;
    private int _inWindow;

    /// <summary>How many packets behind a gap are held before what is missing is given up.</summary>
    public int Depth { get; private set; } = LeastDepth;

    /// <summary>The number of the packet that comes next in order.</summary>
    public ushort Next => _next;

    /// <summary>Takes a packet; false when it is a duplicate, has been given up before, or is too long.</summary>
    /// <param name="header">Its header.</param>
    /// <param name="payload">Its payload.</param>
    /// <param name="codec">What that is encoded in; null for one that is no audio.</param>
    public bool Add(in RtpHeader header, ReadOnlySpan<byte> payload, MediaCodec? codec)
    {
        if (payload.Length > MaxPayload)
            return false;
        var ahead = (short)(header.Sequence - _next);
        if (!_started || header.Ssrc != _ssrc || ahead is >= Slots or < -Slots)
            Restart(header);
        else
            Learn((short)(_highest - header.Sequence));
        if (ahead < 0 && header.Sequence != _next)
            return false;
        ref var slot = ref _slots[header.Sequence % Slots];
        if (slot.Held)
            return false;
        slot = (header, codec, true);
        payload.CopyTo(_payloads.AsSpan(header.Sequence % Slots * MaxPayload));
        _held++;
        if ((short)(header.Sequence - _highest) > 0)
            _highest = header.Sequence;
        return true;
    }

    /// <summary>The next packet in order, or after a gap that is given up.</summary>
    /// <param name="header">Its header.</param>
    /// <param name="codec">What its payload is encoded in; null for one that is no audio.</param>
    /// <param name="payload">Its payload, valid until the next call.</param>
    /// <param name="lost">Packets missing before it.</param>
    /// <param name="giveUp">Give up what is missing at once: the peer has fallen silent, and no packet comes that would tell.</param>
    public bool TryTake(out RtpHeader header, out MediaCodec? codec, out ReadOnlySpan<byte> payload, out int lost, bool giveUp = false)
    {
        lost = 0;
        header = default;
        codec = default;
        payload = default;
        if (_held == 0 || (!giveUp && !_slots[_next % Slots].Held && (short)(_highest - _next) <= Depth))
            return false;
        while (!_slots[_next % Slots].Held)
        {
            _next++;
            lost++;
        }
        ref var slot = ref _slots[_next % Slots];
        (header, codec) = (slot.Header, slot.Codec);
        payload = _payloads.AsSpan(_next % Slots * MaxPayload, header.PayloadLength);
        slot.Held = false;
        _held--;
        _next++;
        if (++_inWindow == Window)
        {
            Depth = Math.Clamp(_needed, LeastDepth, MostDepth);
            _needed = _inWindow = 0;
        }
        return true;
    }

    private void Restart(in RtpHeader header)
    {
        Array.Clear(_slots);
        _started = true;
        _held = 0;
        _ssrc = header.Ssrc;
        _next = _highest = header.Sequence;
    }

    /// <summary>A packet came after others that follow it.</summary>
    private void Learn(int behind)
    {
        if (behind <= 0)
            return;
        _needed = Math.Max(_needed, behind);
        Depth = Math.Clamp(_needed, Depth, MostDepth);
    }
}
