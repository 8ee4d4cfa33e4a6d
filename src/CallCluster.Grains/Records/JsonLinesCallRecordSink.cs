using System.Text.Json;
using CallCluster.Contracts.Calls;
using CallCluster.Grains.Hosting;
using Microsoft.Extensions.Logging;

namespace CallCluster.Grains.Records;

/// <summary>
/// Appends each call detail record as one JSON line to a file, a disk sync for each batch. A batch that cannot be written is cut off the file and tried again until it can; meanwhile calls go on,
/// and what does not fit into the queue stays in its call's stored state until the call offers it again (PROTOCOL rule 21).
/// </summary>
public sealed partial class JsonLinesCallRecordSink : ICallRecordSink, IAsyncDisposable
{
    /// <summary>Of a disk that is slow or full; some 10 MB.</summary>
    internal const int MostQueued = 5_000;
    private const int LargestBatch = 1_000;

    private readonly MemoryStream _text = new();
    private readonly string _path;
    private readonly GrainMetrics _metrics;
    private readonly ILogger<JsonLinesCallRecordSink> _logger;
    private readonly BatchWriter<CallRecord> _writer;
    private FileStream? _file;

    public JsonLinesCallRecordSink(string path, TimeProvider time, GrainMetrics metrics, ILogger<JsonLinesCallRecordSink> logger)
    {
        (_path, _metrics, _logger) = (path, metrics, logger);
        _writer = new BatchWriter<CallRecord>(MostQueued, LargestBatch, Append, OnRefused, time);
        _writer.Start();
    }

    public Task Write(CallRecord record) => _writer.TryAdd(record) ?? Task.FromCanceled(new CancellationToken(canceled: true));

    public async ValueTask DisposeAsync()
    {
        await _writer.DisposeAsync();
        _file?.Dispose();
    }

    private void Append(IReadOnlyList<CallRecord> records)
    {
        _text.SetLength(0);
        foreach (var record in records)
        {
            JsonSerializer.Serialize(_text, record, FactJson.Default.CallRecord);
            _text.WriteByte((byte)'\n');
        }

        var file = _file ??= Open();
        var end = file.Position;
        try
        {
            file.Write(_text.GetBuffer(), 0, (int)_text.Length);
            file.Flush(flushToDisk: true);
        }
        catch (IOException)
        {
            // Half a line would spoil the first line of the next batch.
            file.SetLength(end);
            throw;
        }

        _metrics.RecordsWritten.Add(records.Count);
    }

    private FileStream Open()
    {
        if (Path.GetDirectoryName(Path.GetFullPath(_path)) is { } directory) Directory.CreateDirectory(directory);
        return new FileStream(_path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
    }

    private void OnRefused(Exception exception, int records, TimeSpan retry)
    {
        _metrics.RecordFailures.Add(1);
        LogCannotWrite(_logger, exception, _path, records, retry);
        _file?.Dispose();
        _file = null;
    }

    [LoggerMessage(LogLevel.Error, "Cannot append {Count} call detail records to {Path}; they are kept and tried again in {Retry}. Free disk space or correct Records:File and its permissions.")]
    private static partial void LogCannotWrite(ILogger logger, Exception exception, string path, int count, TimeSpan retry);
}
