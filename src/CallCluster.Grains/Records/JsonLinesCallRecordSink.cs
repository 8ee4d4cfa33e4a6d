using System.Text.Json;
using System.Threading.Channels;
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
    private static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(30);

    /// <summary>Of a disk that is slow or full; some 10 MB.</summary>
    internal const int MostQueued = 5_000;
    private const int LargestBatch = 1_000;

    private readonly Channel<Pending> _queue = Channel.CreateBounded<Pending>(new BoundedChannelOptions(MostQueued) { SingleReader = true });
    private readonly CancellationTokenSource _stopping = new();
    private readonly List<Pending> _batch = [];
    private readonly MemoryStream _text = new();
    private readonly string _path;
    private readonly TimeProvider _time;
    private readonly GrainMetrics _metrics;
    private readonly ILogger<JsonLinesCallRecordSink> _logger;
    private readonly Task _loop;
    private FileStream? _file;

    public JsonLinesCallRecordSink(string path, TimeProvider time, GrainMetrics metrics, ILogger<JsonLinesCallRecordSink> logger)
    {
        (_path, _time, _metrics, _logger) = (path, time, metrics, logger);
        _loop = Task.Run(WriteAll);
    }

    public Task Write(CallRecord record)
    {
        var pending = new Pending(record, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        if (!_queue.Writer.TryWrite(pending)) pending.Done.SetCanceled();
        return pending.Done.Task;
    }

    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        _stopping.CancelAfter(TimeSpan.FromSeconds(2));
        await _loop;
        _stopping.Dispose();
    }

    private async Task WriteAll()
    {
        while (await _queue.Reader.WaitToReadAsync())
        {
            _batch.Clear();
            _text.SetLength(0);
            while (_batch.Count < LargestBatch && _queue.Reader.TryRead(out var pending))
            {
                _batch.Add(pending);
                JsonSerializer.Serialize(_text, pending.Record, FactJson.Default.CallRecord);
                _text.WriteByte((byte)'\n');
            }

            var written = await WriteBatch();
            foreach (var pending in _batch)
            {
                if (written) pending.Done.SetResult();
                else pending.Done.SetCanceled();
            }
        }

        _file?.Dispose();
    }

    private async Task<bool> WriteBatch()
    {
        for (var retry = FirstRetry; ; retry = retry * 2 < LongestRetry ? retry * 2 : LongestRetry)
        {
            try
            {
                Append();
                _metrics.RecordsWritten.Add(_batch.Count);
                return true;
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                _metrics.RecordFailures.Add(1);
                LogCannotWrite(_logger, exception, _path, _batch.Count, retry);
                _file?.Dispose();
                _file = null;
            }

            try
            {
                await Task.Delay(retry, _time, _stopping.Token);
            }
            catch (OperationCanceledException)
            {
                return false;
            }
        }
    }

    private void Append()
    {
        if (_file is null)
        {
            if (Path.GetDirectoryName(Path.GetFullPath(_path)) is { } directory) Directory.CreateDirectory(directory);
            _file = new FileStream(_path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        }

        var end = _file.Position;
        try
        {
            _file.Write(_text.GetBuffer(), 0, (int)_text.Length);
            _file.Flush(flushToDisk: true);
        }
        catch (IOException)
        {
            // Half a line would spoil the first line of the next batch.
            _file.SetLength(end);
            throw;
        }
    }

    [LoggerMessage(LogLevel.Error, "Cannot append {Count} call detail records to {Path}; they are kept and tried again in {Retry}. Free disk space or correct Records:File and its permissions.")]
    private static partial void LogCannotWrite(ILogger logger, Exception exception, string path, int count, TimeSpan retry);

    private readonly record struct Pending(CallRecord Record, TaskCompletionSource Done);
}
