using CallCluster.Contracts.Events;
using CallCluster.Grains.Events;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CallCluster.Host.Events;

/// <summary>
/// Follows the cluster's stream for all who listen at this node, as long as there are any: one reader of the grain, however many clients. Each client takes what comes after its own place, from the
/// window that is kept here, or, when it was away for longer than this node has followed, from the grain. Who is slow keeps nobody waiting: the window goes on without them.
/// </summary>
internal sealed partial class EventRelay : IDisposable
{
    /// <summary>Clients at once: each holds a connection.</summary>
    public const int MostListeners = 1000;
    private const int LargestPage = 200;
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);
    private readonly Lock _lock = new();
    private readonly IGrainFactory _grains;
    private readonly TimeProvider _clock;
    private readonly ILogger<EventRelay> _logger;
    private readonly CancellationToken _stopping;
    private CancellationTokenSource? _following;
    private EventWindow? _window;
    private TaskCompletionSource _news = NewSource();
    private int _listeners;

    public EventRelay(IGrainFactory grains, EventMetrics metrics, TimeProvider clock, IHostApplicationLifetime application, ILogger<EventRelay> logger)
    {
        (_grains, _clock, _logger, _stopping) = (grains, clock, logger, application.ApplicationStopping);
        metrics.Watch(() => Volatile.Read(ref _listeners));
    }

    private IEventStreamGrain Stream => _grains.GetGrain<IEventStreamGrain>(IEventStreamGrain.TheOne);

    /// <summary>One more listens; false when there are as many as may be. Each who has joined leaves.</summary>
    public bool TryJoin()
    {
        lock (_lock)
        {
            if (_listeners == MostListeners) return false;
            if (++_listeners > 1) return true;
            _following = CancellationTokenSource.CreateLinkedTokenSource(_stopping);
            _ = Task.Run(() => Follow(_following.Token));
            return true;
        }
    }

    public void Leave()
    {
        lock (_lock)
        {
            if (--_listeners > 0) return;
            _following!.Cancel();
            _following.Dispose();
            (_following, _window) = (null, null);
        }
    }

    /// <summary>What comes after a place; null for the end of the stream. Waits for it, at most so long that nothing is a page without entries.</summary>
    /// <returns>Null when nothing came in time, and while the cluster does not answer.</returns>
    public async Task<EventPage?> Next(StreamPosition? after, TimeSpan longest, CancellationToken cancellation)
    {
        Task news;
        lock (_lock)
        {
            news = _news.Task;
            if (_window is { } window)
            {
                if (after is not { } place) return new EventPage(window.End, [], null);
                if (window.Covers(place) && place != window.End) return window.After(place, LargestPage);
                if (!window.Covers(place)) news = Task.CompletedTask;
            }
        }
        if (news.IsCompleted) return await Ask(after, cancellation);
        await Task.WhenAny(news, Task.Delay(longest, _clock, cancellation));
        cancellation.ThrowIfCancellationRequested();
        return null;
    }

    public void Dispose() => _following?.Dispose();

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The client was there before this node followed, or the stream is another now: the grain knows.</summary>
    private async Task<EventPage?> Ask(StreamPosition? after, CancellationToken cancellation)
    {
        try
        {
            return await Stream.Read(after, LargestPage);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            LogAway(exception);
            await Task.Delay(RetryAfter, _clock, cancellation);
            return null;
        }
    }

    private async Task Follow(CancellationToken cancellation)
    {
        try
        {
            for (StreamPosition? end = null; !cancellation.IsCancellationRequested;)
            {
                // The stream begins when every silo has heard that somebody listens.
                if (await Ask(end, cancellation) is { } page && page.Next != default) end = Take(page, cancellation);
            }
        }
        catch (OperationCanceledException)
        {
            // Nobody listens any more, or the process ends.
        }
    }

    private StreamPosition? Take(EventPage page, CancellationToken cancellation)
    {
        lock (_lock)
        {
            if (cancellation.IsCancellationRequested) return null;
            var isNew = _window is null || page.Gap is not null;
            if (isNew) _window = new EventWindow(page.Next);
            foreach (var entry in page.Entries) _window!.Add(entry.Event, entry.Gap);
            if (!isNew && page.Entries.Length == 0) return page.Next;
            var told = _news;
            _news = NewSource();
            told.SetResult();
            return page.Next;
        }
    }

    [LoggerMessage(LogLevel.Information, "The stream of events does not answer at present; listeners wait. Check the silos if this goes on.")]
    private partial void LogAway(Exception exception);
}
