using System.Buffers.Binary;

namespace CallCluster.Media.Wav;

/// <summary>Makes whole what a <see cref="WavWriter"/> of 16-bit samples left that died: at any byte of its file.</summary>
public static class WavRepair
{
    private const int HeadLength = 44;

    /// <summary>
    /// Sets the lengths in the head by the file's own and waits until it is on disk. A last sample that is not whole is cut off; of a file that ends within its head nothing is left but an empty recording.
    /// A writer that lives none the less may go on: it writes the same head again.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <returns>Length of the audio.</returns>
    /// <exception cref="IOException">It cannot be read or written.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public static TimeSpan Finish(string path)
    {
        Span<byte> head = stackalloc byte[HeadLength];
        using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, bufferSize: 0);
        if (RandomAccess.Read(file.SafeFileHandle, head, 0) < HeadLength || !head.StartsWith("RIFF"u8) || !head[36..].StartsWith("data"u8))
        {
            WavWriter.WriteAll(path, []);
            return TimeSpan.Zero;
        }

        var bytesPerSecond = BinaryPrimitives.ReadUInt32LittleEndian(head[28..]);
        var frame = BinaryPrimitives.ReadUInt16LittleEndian(head[32..]);
        var data = Math.Min(file.Length - HeadLength, uint.MaxValue - 1024L) / frame * frame;
        BinaryPrimitives.WriteUInt32LittleEndian(head[4..], (uint)(HeadLength - 8 + data));
        BinaryPrimitives.WriteUInt32LittleEndian(head[40..], (uint)data);
        RandomAccess.Write(file.SafeFileHandle, head, 0);
        file.SetLength(HeadLength + data);
        RandomAccess.FlushToDisk(file.SafeFileHandle);
        return TimeSpan.FromSeconds((double)data / bytesPerSecond);
    }
}
