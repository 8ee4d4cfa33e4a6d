using CallCluster.Contracts.Events;
using CallCluster.Grains.Events;

namespace CallCluster.Grains.Hosting;

/// <summary>Host of <see cref="EventStream"/>: lets those who read wait for what comes.</summary>
[KeepAlive]
public sealed class EventStreamGrain(GrainServices services) : Grain, IEventStreamGrain
{
    /// <summary>Well below the response time-out.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(1);
    private readonly EventStream _stream = new();
    private TaskCompletionSource _news = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<bool> Append(EventBatch batch)
    {
        var isWanted = _stream.Append(batch, services.Now);
        if (isWanted && (batch.Events.Length > 0 || batch.HasLost))
        {
            _news.SetResult();
            _news = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
        return Task.FromResult(isWanted);
    }

    public async Task<EventPage> Read(StreamPosition? after, int limit)
    {
        var until = services.Now + LongestWait;
        while (true)
        {
            var (news, now) = (_news.Task, services.Now);
            if (_stream.Read(after, limit, now) is { } page) return page;
            if (now >= until) return EventStream.Nothing(after);
            await Task.WhenAny(news, Task.Delay(until - now, services.Time));
        }
    }
}
