using Orleans.Concurrency;

namespace CallCluster.Contracts.Events;

/// <summary>The one stream of events that the whole cluster tells to whoever listens (key: <see cref="TheOne"/>). In memory: who resumes after it was lost is told so.</summary>
[Alias("CallCluster.EventStream")]
public interface IEventStreamGrain : IGrainWithStringKey
{
    const string TheOne = "events";

    /// <summary>A silo tells what happened in it, and that it is there; a batch that comes again is dropped. Awaited by the silo's feed, so that no more than one batch is under way.</summary>
    /// <returns>Whether anybody listens, or did so not long ago: else events need not be made.</returns>
    [Alias("Append")]
    Task<bool> Append(EventBatch batch);

    /// <summary>What comes after a place in the stream; null for its end. Waits up to a second for something to come.</summary>
    [AlwaysInterleave, Alias("Read")]
    Task<EventPage> Read(StreamPosition? after, int limit);
}
