using System.Runtime.InteropServices;

namespace CallCluster.Media.Recording;

/// <summary>A bounded queue of audio frames from one writing thread to one reading thread. All memory is taken at the start; a full ring refuses.</summary>
internal sealed class FrameRing(int capacity)
{
    // mark(32) length(32)
    private const int HeadLength = 4;
    private readonly short[] _ring = new short[capacity];
    private long _written;
    private long _read;

    /// <summary>Adds a frame with a number that says where it belongs; false when there is no room.</summary>
    public bool TryWrite(int mark, ReadOnlySpan<short> samples)
    {
        var written = _written;
        if (HeadLength + samples.Length > capacity - (written - Volatile.Read(ref _read)))
            return false;
        Put(written, MemoryMarshal.Cast<int, short>((ReadOnlySpan<int>)[mark, samples.Length]));
        Put(written + HeadLength, samples);
        Volatile.Write(ref _written, written + HeadLength + samples.Length);
        return true;
    }

    /// <summary>Takes the oldest frame into the front of <paramref name="samples"/>; false when the ring is empty.</summary>
    public bool TryRead(Span<short> samples, out int mark, out int length)
    {
        var read = _read;
        (mark, length) = (0, 0);
        if (Volatile.Read(ref _written) == read)
            return false;
        Span<int> head = stackalloc int[2];
        Get(read, MemoryMarshal.Cast<int, short>(head));
        (mark, length) = (head[0], head[1]);
        Get(read + HeadLength, samples[..length]);
        Volatile.Write(ref _read, read + HeadLength + length);
        return true;
    }

    private void Put(long position, ReadOnlySpan<short> source)
    {
        var at = (int)(position % capacity);
        var part = Math.Min(source.Length, capacity - at);
        source[..part].CopyTo(_ring.AsSpan(at));
        source[part..].CopyTo(_ring);
    }

    private void Get(long position, Span<short> target)
    {
        var at = (int)(position % capacity);
        var part = Math.Min(target.Length, capacity - at);
        _ring.AsSpan(at, part).CopyTo(target);
        _ring.AsSpan(0, target.Length - part).CopyTo(target[part..]);
    }
}
