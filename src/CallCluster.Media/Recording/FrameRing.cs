using System.Buffers.Binary;
using CallCluster.Media.Codecs;

namespace CallCluster.Media.Recording;

/// <summary>A bounded queue of audio frames from one writing thread to one reading thread. All memory is taken at the start; a full ring refuses.</summary>
internal sealed class FrameRing(int capacity)
{
    // gap(32) law(8) unused(8) length(16)
    private const int HeadLength = 8;
    private readonly byte[] _bytes = new byte[capacity];
    private long _written;
    private long _read;

    /// <summary>Adds a frame of codes after <paramref name="gap"/> samples of silence; false when there is no room.</summary>
    public bool TryWrite(int gap, ReadOnlySpan<byte> codes, G711Law law)
    {
        var written = _written;
        if (HeadLength + codes.Length > capacity - (written - Volatile.Read(ref _read)))
            return false;
        Span<byte> head = stackalloc byte[HeadLength];
        BinaryPrimitives.WriteInt32LittleEndian(head, gap);
        head[4] = (byte)law;
        BinaryPrimitives.WriteUInt16LittleEndian(head[6..], (ushort)codes.Length);
        Put(written, head);
        Put(written + HeadLength, codes);
        Volatile.Write(ref _written, written + HeadLength + codes.Length);
        return true;
    }

    /// <summary>Takes the oldest frame into the front of <paramref name="codes"/>; false when the ring is empty.</summary>
    public bool TryRead(Span<byte> codes, out int gap, out int length, out G711Law law)
    {
        var read = _read;
        (gap, length, law) = (0, 0, default);
        if (Volatile.Read(ref _written) == read)
            return false;
        Span<byte> head = stackalloc byte[HeadLength];
        Get(read, head);
        gap = BinaryPrimitives.ReadInt32LittleEndian(head);
        law = (G711Law)head[4];
        length = BinaryPrimitives.ReadUInt16LittleEndian(head[6..]);
        Get(read + HeadLength, codes[..length]);
        Volatile.Write(ref _read, read + HeadLength + length);
        return true;
    }

    private void Put(long position, ReadOnlySpan<byte> source)
    {
        var at = (int)(position % capacity);
        var part = Math.Min(source.Length, capacity - at);
        source[..part].CopyTo(_bytes.AsSpan(at));
        source[part..].CopyTo(_bytes);
    }

    private void Get(long position, Span<byte> target)
    {
        var at = (int)(position % capacity);
        var part = Math.Min(target.Length, capacity - at);
        _bytes.AsSpan(at, part).CopyTo(target);
        _bytes.AsSpan(0, target.Length - part).CopyTo(target[part..]);
    }
}
