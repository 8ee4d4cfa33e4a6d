using System.Threading.Channels;
using CallCluster.Contracts.Events;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CallCluster.Host.Events;

/// <summary>
/// Tells the cluster's stream what happens in this silo, in batches, one under way at a time. Asks each second whether anybody listens: while nobody does, no event is made. Its queue is bounded: what
/// does not fit while the stream's silo is away is dropped, and the stream says so. No owner of an event waits for any of it.
/// </summary>
internal sealed partial class EventFeed(IGrainFactory grains, EventMetrics metrics, TimeProvider clock, ILogger<EventFeed> logger) : BackgroundService
{
    private const int MostQueued = 10_000;
    private const int LargestBatch = 200;
    private static readonly TimeSpan SpeakEvery = TimeSpan.FromSeconds(1);

    /// <summary>Events come in bursts: they wait so long for each other.</summary>
    private static readonly TimeSpan GatherFor = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan FarewellTime = TimeSpan.FromSeconds(1);
    private readonly Channel<ClusterEvent> _queue = Channel.CreateBounded<ClusterEvent>(new BoundedChannelOptions(MostQueued) { SingleReader = true });
    private readonly string _name = Guid.NewGuid().ToString("N");
    private long _number;
    private volatile bool _isWanted;
    private volatile bool _hasLost;

    /// <summary>Somebody listens, or did not long ago.</summary>
    public bool IsWanted => _isWanted;

    public void Add(ClusterEvent happened)
    {
        if (!_isWanted || _queue.Writer.TryWrite(happened)) return;
        _hasLost = true;
        metrics.Dropped();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var isAway = false;
        while (!stoppingToken.IsCancellationRequested)
        {
            await Gather(stoppingToken);
            var batch = Take(isLast: stoppingToken.IsCancellationRequested);
            while (!await Tell(batch))
            {
                if (!isAway) LogAway();
                isAway = true;
                if (stoppingToken.IsCancellationRequested) return;
                await Pause(SpeakEvery, stoppingToken);
            }
            isAway = false;
        }
    }

    private async Task Gather(CancellationToken stopping)
    {
        using var second = new CancellationTokenSource(SpeakEvery, clock);
        using var wait = CancellationTokenSource.CreateLinkedTokenSource(stopping, second.Token);
        try
        {
            await _queue.Reader.WaitToReadAsync(wait.Token);
            await Task.Delay(GatherFor, clock, stopping);
        }
        catch (OperationCanceledException)
        {
            // A second without events, or the end: the stream hears that this silo is there, or goes.
        }
    }

    private EventBatch Take(bool isLast)
    {
        var events = new List<ClusterEvent>();
        var hasLost = _hasLost;
        _hasLost = false;
        while (events.Count < LargestBatch && _queue.Reader.TryRead(out var happened)) events.Add(happened);
        return new EventBatch(_name, ++_number, [.. events], hasLost, isLast);
    }

    private async Task<bool> Tell(EventBatch batch)
    {
        try
        {
            var told = grains.GetGrain<IEventStreamGrain>(IEventStreamGrain.TheOne).Append(batch);
            _isWanted = batch.IsLast ? await told.WaitAsync(FarewellTime, clock) : await told;
            return true;
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            LogFailed(exception);
            return false;
        }
    }

    private async Task Pause(TimeSpan time, CancellationToken stopping)
    {
        try
        {
            await Task.Delay(time, clock, stopping);
        }
        catch (OperationCanceledException)
        {
            // One more try, then the end.
        }
    }

    [LoggerMessage(LogLevel.Warning, "The stream of events does not answer; what happens here waits for it, and calls go on. Listeners at /api/v1/events are told of it. Check the silos if this goes on.")]
    private partial void LogAway();

    [LoggerMessage(LogLevel.Debug, "The stream of events did not take a batch.")]
    private partial void LogFailed(Exception exception);
}
