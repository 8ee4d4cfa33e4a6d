using System.Globalization;
using System.Text.Json;

namespace CallCluster.Host.Webhooks;

/// <summary>
/// What waits for one webhook, on disk: appended and synced before it counts, so that it outlives the process and the machine. An acknowledgement is written but not synced: it outlives the
/// process, and what a machine forgets is delivered once more. Only the newest segment is written to, and never one of a process before.
/// </summary>
internal sealed class OutboxFiles(string directory) : IDisposable
{
    private const int LinesInSegment = 1000;
    private const int BytesInSegment = 1024 * 1024;
    private readonly Lock _lock = new();
    private OutboxSegment? _newest;
    private FileStream? _file;
    private long _lastNumber;

    /// <summary>Bytes of all segments, acknowledged events in them included.</summary>
    public long Bytes { get; private set; }

    /// <summary>What a process before left undelivered, oldest first.</summary>
    /// <param name="unreadable">Called with file and line that is no event: it is passed over.</param>
    /// <exception cref="IOException">The directory cannot be used.</exception>
    public List<OutboxEntry> Load(Action<string, int> unreadable)
    {
        Directory.CreateDirectory(directory);
        var left = new List<OutboxEntry>();
        foreach (var file in Directory.GetFiles(directory, "*" + OutboxSegment.Extension).Order(StringComparer.Ordinal))
        {
            if (!long.TryParse(Path.GetFileNameWithoutExtension(file), NumberStyles.None, CultureInfo.InvariantCulture, out var number)) continue;
            _lastNumber = Math.Max(_lastNumber, number);
            left.AddRange(Load(new OutboxSegment(directory, number) { IsFull = true }, unreadable));
        }
        foreach (var file in Directory.GetFiles(directory, "*.acknowledged").Where(file => !File.Exists(Path.ChangeExtension(file, OutboxSegment.Extension)))) File.Delete(file);
        return left;
    }

    /// <summary>Appends events, a line each; when it returns they are on the disk.</summary>
    /// <exception cref="IOException">None is; to append them again is safe.</exception>
    public List<OutboxEntry> Append(IReadOnlyList<(byte[] Body, DateTimeOffset Time)> events)
    {
        var (segment, file) = Open();
        var (begin, text) = (file.Position, new MemoryStream());
        foreach (var (body, _) in events)
        {
            text.Write(body);
            text.WriteByte((byte)'\n');
        }
        try
        {
            file.Write(text.GetBuffer().AsSpan(0, (int)text.Length));
            file.Flush(flushToDisk: true);
        }
        catch (IOException)
        {
            // Half a line would spoil the next one; where it cannot be cut off, the segment is not written to again.
            Cut(segment, file, begin);
            throw;
        }
        var added = new List<OutboxEntry>(events.Count);
        lock (_lock)
        {
            foreach (var (body, time) in events)
            {
                added.Add(new OutboxEntry(segment, segment.Lines++, begin, body.Length, time));
                begin += body.Length + 1;
            }
            segment.Waiting += events.Count;
            segment.Bytes += text.Length;
            Bytes += text.Length;
            segment.IsFull = segment.Lines >= LinesInSegment || segment.Bytes >= BytesInSegment;
        }
        return added;
    }

    public static byte[] Read(OutboxEntry entry)
    {
        using var file = File.OpenHandle(entry.Segment.EventsFile, options: FileOptions.RandomAccess);
        var body = new byte[entry.Length];
        return RandomAccess.Read(file, body, entry.Offset) == body.Length ? body : throw new InvalidDataException($"{entry.Segment.EventsFile} has become shorter");
    }

    /// <summary>The event is delivered.</summary>
    /// <exception cref="IOException">It could not be noted: after a restart it is delivered once more.</exception>
    public void Acknowledge(OutboxEntry entry)
    {
        lock (_lock)
        {
            var segment = entry.Segment;
            if (--segment.Waiting > 0 || !segment.IsFull)
            {
                File.AppendAllText(segment.AcknowledgedFile, string.Create(CultureInfo.InvariantCulture, $"{entry.Line}\n"));
                return;
            }
            Delete(segment);
        }
    }

    public void Dispose() => _file?.Dispose();

    private (OutboxSegment, FileStream) Open()
    {
        if (_newest is { IsFull: false } newest && _file is { } open) return (newest, open);
        _file?.Dispose();
        _file = null;
        if (_newest is { Waiting: 0 } done)
        {
            lock (_lock) Delete(done);
        }
        _newest = new OutboxSegment(directory, ++_lastNumber);
        _file = new FileStream(_newest.EventsFile, FileMode.CreateNew, FileAccess.Write, FileShare.Read | FileShare.Delete, bufferSize: 0);
        return (_newest, _file);
    }

    private static void Cut(OutboxSegment segment, FileStream file, long end)
    {
        try
        {
            file.SetLength(end);
            file.Position = end;
        }
        catch (IOException)
        {
            segment.IsFull = true;
        }
    }

    private List<OutboxEntry> Load(OutboxSegment segment, Action<string, int> unreadable)
    {
        var text = File.ReadAllBytes(segment.EventsFile).AsMemory();
        var done = File.Exists(segment.AcknowledgedFile)
            ? File.ReadLines(segment.AcknowledgedFile).Select(line => int.TryParse(line, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : -1).ToHashSet() : [];
        var left = new List<OutboxEntry>();
        // What stands after the last end of line was never told to be kept.
        for (int start = 0, length; (length = text.Span[start..].IndexOf((byte)'\n')) >= 0; start += length + 1, segment.Lines++)
        {
            if (done.Contains(segment.Lines)) continue;
            try
            {
                left.Add(new OutboxEntry(segment, segment.Lines, start, length, CloudEvent.Read(text.Slice(start, length)).Time));
            }
            catch (JsonException)
            {
                unreadable(segment.EventsFile, segment.Lines + 1);
            }
        }
        segment.Waiting = left.Count;
        segment.Bytes = text.Length;
        Bytes += text.Length;
        if (left.Count == 0) Delete(segment);
        return left;
    }

    // The events first: without their acknowledgements they would all be delivered again.
    private void Delete(OutboxSegment segment)
    {
        Bytes -= segment.Bytes;
        segment.Bytes = 0;
        File.Delete(segment.EventsFile);
        File.Delete(segment.AcknowledgedFile);
    }
}
