using System.Buffers.Binary;
using System.Runtime.InteropServices;
using CallCluster.Media.Codecs;
using CallCluster.Media.Recording;

namespace CallCluster.Media.Wav;

/// <summary>
/// Writes a WAV file of 8000 Hz (RIFF, Microsoft/IBM 1991; format codes 1, 6 and 7). The lengths in its head are brought up to date by each <see cref="Flush"/>, so that
/// the file is whole up to then even if the process dies.
/// </summary>
public sealed class WavWriter : IDisposable
{
    private const int BufferBytes = 8192;
    private readonly FileStream _file;
    private readonly RecordingFormat _format;
    private readonly G711Law _law;
    private readonly int _channels;
    private readonly byte[] _buffer = new byte[BufferBytes];
    private readonly int _headLength;
    private int _buffered;
    private long _dataBytes;
    private bool _disposed;

    private WavWriter(FileStream file, RecordingFormat format, G711Law law, int channels)
    {
        _channels = channels;
        _file = file;
        _format = format;
        _law = law;
        _headLength = format == RecordingFormat.Pcm16 ? 44 : 58;
    }

    private int BytesPerSample => _format == RecordingFormat.Pcm16 ? 2 : 1;

    /// <summary>Length of what was written.</summary>
    public TimeSpan Duration => TimeSpan.FromSeconds((_dataBytes + _buffered) / BytesPerSample / _channels / 8000.0);

    /// <summary>Makes the file, replacing one that exists.</summary>
    /// <param name="path">The file; its directory must exist.</param>
    /// <param name="format">How samples are kept.</param>
    /// <param name="law">The law of a <see cref="RecordingFormat.G711"/> file.</param>
    /// <param name="channels">1, or 2 whose samples alternate, the left one first.</param>
    /// <exception cref="IOException">The file cannot be made or written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    public static WavWriter Create(string path, RecordingFormat format, G711Law law = G711Law.Mu, int channels = 1)
    {
        var writer = new WavWriter(new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 0), format, law, channels);
        try
        {
            writer.Flush();
            return writer;
        }
        catch
        {
            writer.Abandon();
            throw;
        }
    }

    /// <summary>Writes a whole file of 16-bit samples.</summary>
    public static void WriteAll(string path, ReadOnlySpan<short> samples)
    {
        using var writer = Create(path, RecordingFormat.Pcm16);
        writer.Write(samples);
    }

    /// <summary>Appends 16-bit samples.</summary>
    public void Write(ReadOnlySpan<short> samples)
    {
        while (!samples.IsEmpty)
        {
            var part = samples[..Math.Min(samples.Length, Room())];
            if (_format == RecordingFormat.Pcm16)
                WritePcm(part);
            else
                G711.Encode(part, _buffer.AsSpan(_buffered), _law);
            _buffered += part.Length * BytesPerSample;
            samples = samples[part.Length..];
        }
    }

    /// <summary>Appends silence.</summary>
    public void WriteSilence(int samples)
    {
        while (samples > 0)
        {
            var part = Math.Min(samples, Room());
            _buffer.AsSpan(_buffered, part * BytesPerSample).Fill(_format == RecordingFormat.Pcm16 ? (byte)0 : G711.Silence(_law));
            _buffered += part * BytesPerSample;
            samples -= part;
        }
    }

    /// <summary>Drops what was written after this many samples of each channel; nothing when there are not so many.</summary>
    public void CutTo(long samples)
    {
        WriteBuffer();
        _dataBytes = Math.Min(_dataBytes, samples * BytesPerSample * _channels);
        _file.SetLength(_headLength + _dataBytes);
    }

    /// <summary>Hands all to the operating system and corrects the lengths in the head.</summary>
    public void Flush()
    {
        WriteBuffer();
        Span<byte> head = stackalloc byte[58];
        WriteHead(head[.._headLength]);
        RandomAccess.Write(_file.SafeFileHandle, head[.._headLength], 0);
    }

    /// <summary>Finishes the file and waits until it is on disk.</summary>
    public void Dispose()
    {
        if (_disposed)
            return;
        Flush();
        // RIFF chunks have even length.
        if ((_dataBytes & 1) != 0)
            RandomAccess.Write(_file.SafeFileHandle, [0], _headLength + _dataBytes);
        RandomAccess.FlushToDisk(_file.SafeFileHandle);
        Abandon();
    }

    /// <summary>Closes the file as it is: after an error.</summary>
    internal void Abandon()
    {
        _disposed = true;
        _file.Dispose();
    }

    private int Room()
    {
        if (_buffered == BufferBytes)
            WriteBuffer();
        return (BufferBytes - _buffered) / BytesPerSample;
    }

    private void WriteBuffer()
    {
        RandomAccess.Write(_file.SafeFileHandle, _buffer.AsSpan(0, _buffered), _headLength + _dataBytes);
        _dataBytes += _buffered;
        _buffered = 0;
    }

    private void WritePcm(ReadOnlySpan<short> samples)
    {
        var target = _buffer.AsSpan(_buffered, samples.Length * 2);
        if (BitConverter.IsLittleEndian)
            MemoryMarshal.AsBytes(samples).CopyTo(target);
        else
            BinaryPrimitives.ReverseEndianness(samples, MemoryMarshal.Cast<byte, short>(target));
    }

    private void WriteHead(Span<byte> head)
    {
        var data = (uint)_dataBytes;
        "RIFF"u8.CopyTo(head);
        BinaryPrimitives.WriteUInt32LittleEndian(head[4..], (uint)_headLength - 8 + data + (data & 1));
        "WAVEfmt "u8.CopyTo(head[8..]);
        BinaryPrimitives.WriteUInt32LittleEndian(head[16..], _format == RecordingFormat.Pcm16 ? 16u : 18u);
        BinaryPrimitives.WriteUInt16LittleEndian(head[20..], _format == RecordingFormat.Pcm16 ? WavFormat.Pcm : _law == G711Law.Mu ? WavFormat.MuLaw : WavFormat.ALaw);
        BinaryPrimitives.WriteUInt16LittleEndian(head[22..], (ushort)_channels);
        BinaryPrimitives.WriteUInt32LittleEndian(head[24..], 8000);
        BinaryPrimitives.WriteUInt32LittleEndian(head[28..], (uint)(8000 * BytesPerSample * _channels));
        BinaryPrimitives.WriteUInt16LittleEndian(head[32..], (ushort)(BytesPerSample * _channels));
        BinaryPrimitives.WriteUInt16LittleEndian(head[34..], (ushort)(8 * BytesPerSample));
        var at = 36;
        if (_format == RecordingFormat.G711)
        {
            // Formats other than PCM have an extension length and a fact chunk with the number of samples.
            BinaryPrimitives.WriteUInt16LittleEndian(head[36..], 0);
            "fact"u8.CopyTo(head[38..]);
            BinaryPrimitives.WriteUInt32LittleEndian(head[42..], 4);
            BinaryPrimitives.WriteUInt32LittleEndian(head[46..], data / (uint)_channels);
            at = 50;
        }
        "data"u8.CopyTo(head[at..]);
        BinaryPrimitives.WriteUInt32LittleEndian(head[(at + 4)..], data);
    }
}
