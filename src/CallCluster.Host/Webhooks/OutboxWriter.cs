using CallCluster.Grains.Records;
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
    private readonly BatchWriter<(byte[] Body, DateTimeOffset Time)> _writer;
    private readonly string _webhook;
    private readonly OutboxFiles _files;
    private readonly WebhookMetrics _metrics;
    private readonly ILogger _logger;
    private readonly int _mostWaiting;
    private bool _isFull;

    /// <param name="webhook">Its name in the configuration.</param>
    /// <param name="files">Where its events are kept.</param>
    /// <param name="metrics">Where drops and failures are counted.</param>
    /// <param name="clock">The time.</param>
    /// <param name="logger">Where an operator is told.</param>
    /// <param name="mostWaiting">How many events may wait.</param>
    public OutboxWriter(string webhook, OutboxFiles files, WebhookMetrics metrics, TimeProvider clock, ILogger logger, int mostWaiting = MostWaiting)
    {
        (_webhook, _files, _metrics, _logger, _mostWaiting) = (webhook, files, metrics, logger, mostWaiting);
        _writer = new BatchWriter<(byte[] Body, DateTimeOffset Time)>(MostQueued, LargestBatch, Write, OnRefused, clock);
    }

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
        _writer.Start();
    }

    /// <inheritdoc cref="Grains.Events.IEventOutbox.Add"/>
    public Task Add(string id, byte[] body, DateTimeOffset time)
    {
        if (_writer.TryAdd((body, time)) is { } written) return written;
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
            LogNotAcknowledged(_logger, exception, _webhook);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _writer.DisposeAsync();
        _files.Dispose();
    }

    private void Write(IReadOnlyList<(byte[] Body, DateTimeOffset Time)> events)
    {
        if (Waiting >= _mostWaiting || _files.Bytes >= MostBytes)
        {
            Drop("", events.Count);
            return;
        }

        _isFull = false;
        Added?.Invoke(_files.Append(events));
    }

    private void OnRefused(Exception exception, int events, TimeSpan retry)
    {
        _metrics.OutboxFailed(_webhook);
        LogCannotWrite(_logger, exception, _webhook, retry);
    }

    private void Drop(string id, int events)
    {
        _metrics.Dropped(_webhook, events, "full");
        if (!_isFull) LogFull(_logger, _webhook, id, Waiting, _files.Bytes);
        _isFull = true;
    }

    [LoggerMessage(LogLevel.Warning, "Cannot write the outbox of webhook {Webhook}; its events are kept in memory and tried again in {Retry}. Free disk space or correct Records:OutboxDirectory and its permissions.")]
    private static partial void LogCannotWrite(ILogger logger, Exception exception, string webhook, TimeSpan retry);

    [LoggerMessage(LogLevel.Warning, "Cannot note in the outbox of webhook {Webhook} that an event was delivered: it is delivered once more after a restart. Free disk space or correct Records:OutboxDirectory and its permissions.")]
    private static partial void LogNotAcknowledged(ILogger logger, Exception exception, string webhook);

    [LoggerMessage(LogLevel.Error, "The outbox of webhook {Webhook} is full ({Waiting} events, {Bytes} bytes): {Id} and what comes from now on is dropped for it and counted in callcluster_webhook_dropped_total. Mend the receiver, or remove the webhook. Records:File has the records all the same.")]
    private static partial void LogFull(ILogger logger, string webhook, string id, int waiting, long bytes);

    [LoggerMessage(LogLevel.Information, "Webhook {Webhook}: {Events} events that a process before has not delivered are sent now.")]
    private static partial void LogLeft(ILogger logger, string webhook, int events);

    [LoggerMessage(LogLevel.Error, "{File} has no event in line {Line}: it is passed over. Something else than CallCluster has written to the outbox, or its disk is bad.")]
    private static partial void LogUnreadable(ILogger logger, string file, int line);
}
