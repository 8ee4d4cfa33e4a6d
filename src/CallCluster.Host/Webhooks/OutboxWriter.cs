using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace CallCluster.Host.Webhooks;

/// <summary>
/// Writes events to one webhook's outbox in batches, a disk sync for each. Its queue and what it may hold are bounded: what comes when either is full is dropped, logged and counted. A disk that
/// refuses is tried again until it takes the batch.
/// </summary>
internal sealed partial class OutboxWriter : IAsyncDisposable
{
    /// <summary>Of 100,000 events some 10 MB of memory remember the places.</summary>
    public const int MostWaiting = 100_000;
    public const long MostBytes = 256 * 1024 * 1024;
    private const int MostQueued = 10_000;
    private const int LargestBatch = 500;
    private static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(30);
    private readonly Channel<Pending> _queue = Channel.CreateBounded<Pending>(new BoundedChannelOptions(MostQueued) { SingleReader = true });
    private readonly CancellationTokenSource _stopping = new();
    private readonly string _webhook;
    private readonly OutboxFiles _files;
    private readonly WebhookMetrics _metrics;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly int _mostWaiting;
    private Task _loop = Task.CompletedTask;
    private bool _isFull;

    /// <param name="webhook">Its name in the configuration.</param>
    /// <param name="files">Where its events are kept.</param>
    /// <param name="metrics">Where drops and failures are counted.</param>
    /// <param name="clock">The time.</param>
    /// <param name="logger">Where an operator is told.</param>
    /// <param name="mostWaiting">How many events may wait.</param>
    public OutboxWriter(string webhook, OutboxFiles files, WebhookMetrics metrics, TimeProvider clock, ILogger logger, int mostWaiting = MostWaiting) =>
        (_webhook, _files, _metrics, _clock, _logger, _mostWaiting) = (webhook, files, metrics, clock, logger, mostWaiting);

    /// <summary>Events that are on disk now and wait to be delivered.</summary>
    public event Action<IReadOnlyList<OutboxEntry>>? Added;

    /// <summary>How many wait, as the reader of <see cref="Added"/> counts.</summary>
    public int Waiting { get; set; }

    /// <summary>Finds what a process before left, and begins to take events.</summary>
    /// <exception cref="IOException">The directory cannot be used.</exception>
    public void Start()
    {
        var left = _files.Load((file, line) => LogUnreadable(_logger, file, line));
        if (left.Count > 0) LogLeft(_logger, _webhook, left.Count);
        Added?.Invoke(left);
        _loop = Task.Run(WriteAll);
    }

    /// <inheritdoc cref="Grains.Events.IEventOutbox.Add"/>
    public Task Add(string id, byte[] body, DateTimeOffset time)
    {
        var pending = new Pending(body, time, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        if (_stopping.IsCancellationRequested) return Task.FromCanceled(_stopping.Token);
        if (_queue.Writer.TryWrite(pending)) return pending.Done.Task;
        Drop(id, 1);
        return Task.CompletedTask;
    }

    /// <summary>The event is delivered; where that cannot be noted, it is delivered once more after a restart.</summary>
    public void Acknowledge(OutboxEntry entry)
    {
        try
        {
            _files.Acknowledge(entry);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            _metrics.OutboxFailed(_webhook);
            LogCannotWrite(_logger, exception, _webhook, FirstRetry);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        _stopping.CancelAfter(TimeSpan.FromSeconds(2));
        await _loop;
        _stopping.Dispose();
        _files.Dispose();
    }

    private async Task WriteAll()
    {
        var batch = new List<Pending>();
        while (await _queue.Reader.WaitToReadAsync())
        {
            batch.Clear();
            while (batch.Count < LargestBatch && _queue.Reader.TryRead(out var pending)) batch.Add(pending);
            var isKept = !HasRoom() || await Write(batch);
            foreach (var pending in batch)
            {
                if (isKept) pending.Done.SetResult();
                else pending.Done.SetCanceled();
            }
        }

        bool HasRoom()
        {
            if (Waiting < _mostWaiting && _files.Bytes < MostBytes)
            {
                _isFull = false;
                return true;
            }
            Drop("", batch.Count);
            return false;
        }
    }

    private async Task<bool> Write(List<Pending> batch)
    {
        for (var retry = FirstRetry; ; retry = retry * 2 < LongestRetry ? retry * 2 : LongestRetry)
        {
            try
            {
                Added?.Invoke(_files.Append([.. batch.Select(pending => (pending.Body, pending.Time))]));
                return true;
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                _metrics.OutboxFailed(_webhook);
                LogCannotWrite(_logger, exception, _webhook, retry);
            }
            try
            {
                await Task.Delay(retry, _clock, _stopping.Token);
            }
            catch (OperationCanceledException)
            {
                return false;
            }
        }
    }

    private void Drop(string id, int events)
    {
        _metrics.Dropped(_webhook, events, "full");
        if (!_isFull) LogFull(_logger, _webhook, id, Waiting, _files.Bytes);
        _isFull = true;
    }

    [LoggerMessage(LogLevel.Warning, "Cannot write the outbox of webhook {Webhook}; its events are kept in memory and tried again in {Retry}. Free disk space or correct Records:OutboxDirectory and its permissions.")]
    private static partial void LogCannotWrite(ILogger logger, Exception exception, string webhook, TimeSpan retry);

    [LoggerMessage(LogLevel.Error, "The outbox of webhook {Webhook} is full ({Waiting} events, {Bytes} bytes): {Id} and what comes from now on is dropped for it and counted in callcluster_webhook_dropped_total. Mend the receiver, or remove the webhook. Records:File has the records all the same.")]
    private static partial void LogFull(ILogger logger, string webhook, string id, int waiting, long bytes);

    [LoggerMessage(LogLevel.Information, "Webhook {Webhook}: {Events} events that a process before has not delivered are sent now.")]
    private static partial void LogLeft(ILogger logger, string webhook, int events);

    [LoggerMessage(LogLevel.Error, "{File} has no event in line {Line}: it is passed over. Something else than CallCluster has written to the outbox, or its disk is bad.")]
    private static partial void LogUnreadable(ILogger logger, string file, int line);

    private readonly record struct Pending(byte[] Body, DateTimeOffset Time, TaskCompletionSource Done);
}
