using CallCluster.Grains.Machines;
using Microsoft.Extensions.Logging;

namespace CallCluster.Host.Webhooks;

/// <summary>
/// Delivers what its outbox holds to one receiver: several events at once while it answers, one at ever longer intervals while it does not. An event that the receiver refuses waits alone. In memory
/// an event that waits is its place on disk, so a receiver that is dead for days costs disk, and that up to a limit.
/// </summary>
internal sealed partial class Webhook : IAsyncDisposable
{
    public const int AtOnce = 8;
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(5);
    private readonly Lock _lock = new();
    private readonly DueHeap<OutboxEntry> _due = new();
    private readonly SortedSet<OutboxEntry> _waiting = new(OutboxEntry.ByAge);
    private readonly CancellationTokenSource _stopping = new();
    private readonly OutboxWriter _outbox;
    private readonly WebhookPost _post;
    private readonly WebhookMetrics _metrics;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly ITimer _timer;
    private int _underWay;
    private int _failures;
    private DateTimeOffset _resumeAt;
    private bool _isGone;

    /// <param name="name">Its name in the configuration.</param>
    /// <param name="outbox">Where its events are kept.</param>
    /// <param name="post">How they are sent.</param>
    /// <param name="metrics">Where attempts are counted.</param>
    /// <param name="clock">The time.</param>
    /// <param name="logger">Where an operator is told.</param>
    public Webhook(string name, OutboxWriter outbox, WebhookPost post, WebhookMetrics metrics, TimeProvider clock, ILogger logger)
    {
        (Name, _outbox, _post, _metrics, _clock, _logger) = (name, outbox, post, metrics, clock, logger);
        _timer = clock.CreateTimer(static state => ((Webhook)state!).Pump(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        outbox.Added += Take;
    }

    public string Name { get; }

    public int Waiting
    {
        get
        {
            lock (_lock) return _waiting.Count;
        }
    }

    public TimeSpan OldestAge
    {
        get
        {
            lock (_lock) return _waiting.Min is { } oldest ? _clock.GetUtcNow() - oldest.Time : TimeSpan.Zero;
        }
    }

    /// <summary>Keeps an event: <see cref="Grains.Events.IEventOutbox.Add"/>.</summary>
    public Task Add(string id, byte[] body, DateTimeOffset time)
    {
        if (!Volatile.Read(ref _isGone)) return _outbox.Add(id, body, time);
        _metrics.Dropped(Name, 1, "gone");
        return Task.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _outbox.DisposeAsync();
        await _stopping.CancelAsync();
        await _timer.DisposeAsync();
        // What is under way ends now, its events wait on disk for the next start.
        _post.Dispose();
    }

    private void Take(IReadOnlyList<OutboxEntry> added)
    {
        lock (_lock)
        {
            foreach (var entry in added)
            {
                _waiting.Add(entry);
                _due.Set(entry, _clock.GetUtcNow());
            }
            _outbox.Waiting = _waiting.Count;
        }
        Pump();
    }

    /// <summary>Begins what may begin now and sees to it that it is called again when more may.</summary>
    private void Pump()
    {
        lock (_lock)
        {
            if (_isGone || _stopping.IsCancellationRequested) return;
            var now = _clock.GetUtcNow();
            while (_resumeAt <= now && _underWay < (_failures > 0 ? 1 : AtOnce) && _due.First is { } next && next.DueAt <= now)
            {
                _due.Remove(next);
                _underWay++;
                _ = Task.Run(() => Deliver(next));
            }
            if (_underWay >= (_failures > 0 ? 1 : AtOnce) || _due.NextDue is not { } due) return;
            var wait = (due > _resumeAt ? due : _resumeAt) - now;
            // A timer counts whole milliseconds, and must not come too early.
            _timer.Change(wait > TimeSpan.Zero ? wait + TimeSpan.FromMilliseconds(1) : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        }
    }

    private async Task Deliver(OutboxEntry entry)
    {
        var (outcome, words, retryAfter) = (DeliveryOutcome.Failed, "", (TimeSpan?)null);
        try
        {
            (outcome, words, retryAfter) = await _post.Send(OutboxFiles.Read(entry), _stopping.Token);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            words = exception.Message;
        }
        if (_stopping.IsCancellationRequested) return;
        _metrics.Delivery(Name, outcome);
        lock (_lock)
        {
            _underWay--;
            Note(entry, outcome, words, retryAfter);
        }
        Pump();
    }

    private void Note(OutboxEntry entry, DeliveryOutcome outcome, string words, TimeSpan? retryAfter)
    {
        var now = _clock.GetUtcNow();
        if (outcome == DeliveryOutcome.Acknowledged)
        {
            _waiting.Remove(entry);
            _outbox.Acknowledge(entry);
            _outbox.Waiting = _waiting.Count;
        }
        else
        {
            _due.Set(entry, now + After(++entry.Attempts, LongestWait));
        }
        switch (outcome)
        {
            case DeliveryOutcome.Gone:
                _isGone = true;
                LogGone(_logger, Name, _waiting.Count);
                break;
            case DeliveryOutcome.Failed when _resumeAt > now:
                // Others that were under way failed together with this one: that is one failure.
                break;
            case DeliveryOutcome.Failed:
                var pause = After(++_failures, LongestPause);
                if (retryAfter > pause) pause = retryAfter < LongestWait ? retryAfter.Value : LongestWait;
                _resumeAt = now + pause;
                if (_failures == 1) LogFailed(_logger, Name, words);
                break;
            default:
                if (outcome == DeliveryOutcome.Refused && entry.Attempts == 1) LogRefused(_logger, Name, words);
                if (_failures > 0) LogBack(_logger, Name, _waiting.Count);
                (_failures, _resumeAt) = (0, now);
                break;
        }
    }

    /// <summary>A random part, at least half, so that many who failed together do not come again together.</summary>
    private static TimeSpan After(int failures, TimeSpan longest) => Backoff.After(failures, FirstPause, longest) * (0.5 + (Random.Shared.NextDouble() / 2));

    [LoggerMessage(LogLevel.Warning, "Webhook {Webhook} does not take events: {Words}. They are kept on disk and sent again at growing intervals; see callcluster_webhook_oldest_age_seconds. Check the receiver.")]
    private static partial void LogFailed(ILogger logger, string webhook, string words);

    [LoggerMessage(LogLevel.Information, "Webhook {Webhook} answers again; {Waiting} events wait for it.")]
    private static partial void LogBack(ILogger logger, string webhook, int waiting);

    [LoggerMessage(LogLevel.Warning, "Webhook {Webhook} refuses an event: {Words}. It is sent again at growing intervals, the others go on. Check the receiver's log, and that its secret is that of SecretFile.")]
    private static partial void LogRefused(ILogger logger, string webhook, string words);

    [LoggerMessage(LogLevel.Error, "Webhook {Webhook} has answered 410 Gone: nothing more is kept or sent for it until this process starts anew. {Waiting} events stay in its outbox. Remove it from Webhooks or correct its Url.")]
    private static partial void LogGone(ILogger logger, string webhook, int waiting);
}
