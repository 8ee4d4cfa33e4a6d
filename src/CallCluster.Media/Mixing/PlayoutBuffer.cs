using CallCluster.Media.Codecs;
using CallCluster.Media.Rtp;

namespace CallCluster.Media.Mixing;

/// <summary>
/// Between packets as they arrive and a mix that takes 20 ms at each of its ticks: holds back as much as the packets' arrival has lately varied. Empty, it gives nothing, and begins anew
/// with the next packet: a member who is on hold, suppresses silence or is gone falls silent, and that is all. 8000 Hz; nothing here allocates after the start.
/// </summary>
internal sealed class PlayoutBuffer
{
    /// <summary>Samples taken at once: 20 ms.</summary>
    public const int Frame = 160;

    private const int Capacity = 4096;
    private const int LeastMargin = 160;
    private const int MostMargin = 800;
    private const int MarginStep = 80;
    private const int MarginDecay = 8;

    // One second: what was never needed in it is held back in vain.
    private const int Window = 50;
    private readonly short[] _ring = new short[Capacity];
    private long _written;
    private long _read;
    private bool _isDry = true;
    private bool _started;
    private uint _ssrc;
    private uint _next;
    private NoiseGenerator _noise;
    private int _margin = LeastMargin;
    private int _least = int.MaxValue;
    private int _reads;

    /// <summary>Samples held.</summary>
    public int Level => (int)(_written - _read);

    /// <summary>Takes a frame in order.</summary>
    /// <param name="frame">Its header; by its timestamp a pause is known.</param>
    /// <param name="samples">What was said.</param>
    public void Write(in RtpHeader frame, ReadOnlySpan<short> samples)
    {
        _noise = default;
        var gap = _started && frame.Ssrc == _ssrc ? (int)(frame.Timestamp - _next) : -1;
        _started = true;
        _ssrc = frame.Ssrc;
        _next = frame.Timestamp + (uint)samples.Length;
        if (_isDry)
        {
            // What follows the last frame without a pause should have been here by then.
            if (gap == 0)
                _margin = Math.Min(_margin + MarginStep, MostMargin);
            _isDry = false;
            AppendSilence(_margin + Math.Max(0, Frame - samples.Length));
        }
        else if (gap > 0)
        {
            AppendSilence(Math.Min(gap, MostMargin));
        }
        Append(samples);
    }

    /// <summary>The peer is silent from what was written last until the next frame, and this is its background (RFC 3389).</summary>
    /// <param name="level">In -dBov.</param>
    public void BeginNoise(int level) => _noise.SetLevel(level);

    /// <summary>Takes the next 20 ms, filled up with silence or noise where they are not all there; false when there is nothing at all.</summary>
    public bool TryRead(Span<short> frame)
    {
        var taken = Math.Min(Level, frame.Length);
        for (var i = 0; i < taken; i++)
            frame[i] = _ring[(_read + i) & (Capacity - 1)];
        if (_noise.IsHeard)
            _noise.Fill(frame[taken..]);
        else
            frame[taken..].Clear();
        _read += taken;
        if (taken < frame.Length)
            RunDry();
        else
            Learn();
        return taken > 0 || _noise.IsHeard;
    }

    /// <summary>Forgets what is held.</summary>
    public void Clear()
    {
        _read = _written;
        _started = false;
        _noise = default;
        RunDry();
    }

    private void RunDry()
    {
        _isDry = true;
        _least = int.MaxValue;
        _reads = 0;
    }

    /// <summary>Gives up what was held back for nothing: after a burst, or because the peer's clock runs faster than ours.</summary>
    private void Learn()
    {
        _least = Math.Min(_least, Level);
        if (++_reads < Window)
            return;
        if (_least > _margin + MarginStep)
            _read += _least - _margin;
        else if (_margin > LeastMargin)
            _margin -= MarginDecay;
        _least = int.MaxValue;
        _reads = 0;
    }

    private void Append(ReadOnlySpan<short> samples)
    {
        foreach (var sample in samples)
            _ring[_written++ & (Capacity - 1)] = sample;
        _read = Math.Max(_read, _written - Capacity);
    }

    private void AppendSilence(int samples)
    {
        for (; samples > 0; samples--)
            _ring[_written++ & (Capacity - 1)] = 0;
        _read = Math.Max(_read, _written - Capacity);
    }
}
