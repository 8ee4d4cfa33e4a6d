using CallCluster.Grains.Machines;
using Microsoft.Extensions.Logging;
using Orleans.Storage;

namespace CallCluster.Grains.Hosting;

/// <summary>
/// One grain's record in the store, written behind: a change is handed to the store at once, awaited at most <see cref="Patience"/>, and written again
/// with what came since until it holds (PROTOCOL rule 18). All methods run on the grain's scheduler, so that the state never changes while it is serialised.
/// </summary>
internal sealed partial class StateSlot<TState>(string name, GrainId id, IGrainStorage storage, TimeProvider time, GrainMetrics metrics, ILogger logger)
    where TState : class
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(5);

    private readonly GrainState<TState> _record = new();
    private Task? _writing;
    private TState? _next;
    private bool _clear;
    private bool _failing;

    /// <summary>The store holds a state that another activation wrote: this one must read it before it goes on.</summary>
    public bool Conflicted { get; private set; }

    /// <summary>The store holds everything that was handed in.</summary>
    public bool Clean => _writing is null && !Conflicted;

    /// <summary>Reads the record; null when there is none.</summary>
    /// <exception cref="Exception">The store is away: the caller decides whether it goes on without.</exception>
    public async Task<TState?> Read()
    {
        await storage.ReadStateAsync(name, id, _record);
        Conflicted = _clear = false;
        _next = null;
        return _record.RecordExists ? _record.State : null;
    }

    /// <summary>Hands the state to the store; the task ends when it is written or patience has run out, and never fails.</summary>
    public Task Save(TState state)
    {
        _next = state;
        return Await();
    }

    /// <summary>Removes the record, after whatever is being written.</summary>
    public Task Clear()
    {
        _clear = true;
        _next = null;
        return Await();
    }

    /// <summary>Ends when everything handed in is written, or <paramref name="cancellation"/> fires.</summary>
    public Task Drain(CancellationToken cancellation) => _writing is { } writing ? writing.WaitAsync(cancellation) : Task.CompletedTask;

    private Task Await()
    {
        if (_writing is null)
        {
            var writing = WriteUntilClean();
            if (writing.IsCompleted) return Task.CompletedTask;
            _writing = writing;
        }

        // A store that has just failed is not waited for again: the call goes on, the state stays dirty.
        return _failing ? Task.CompletedTask : Wait(_writing);
    }

    private async Task Wait(Task writing)
    {
        try
        {
            await writing.WaitAsync(Patience, time);
        }
        catch (TimeoutException)
        {
            metrics.StoreSlow.Add(1);
        }
    }

    private async Task WriteUntilClean()
    {
        var failures = 0;
        while ((_next is not null || _clear) && !Conflicted)
        {
            var state = _next;
            _next = null;
            try
            {
                if (state is not null)
                {
                    _record.State = state;
                    await storage.WriteStateAsync(name, id, _record);
                }
                else
                {
                    if (_record.ETag is not null) await storage.ClearStateAsync(name, id, _record);
                    _clear = false;
                }

                if (_failing) LogStoreIsBack(logger, name, id);
                _failing = false;
                failures = 0;
            }
            catch (InconsistentStateException)
            {
                metrics.StoreConflicts.Add(1);
                Conflicted = true;
            }
            catch (Exception exception)
            {
                metrics.StoreFailures.Add(1);
                var retry = Backoff.After(++failures, FirstRetry, LongestRetry);
                if (!_failing) LogStoreFailed(logger, exception, name, id, retry);
                _failing = true;
                _next ??= state;
                await Task.Delay(retry, time);
            }
        }

        _writing = null;
    }

    [LoggerMessage(LogLevel.Warning, "The grain store refuses {Name} of {Grain}; calls go on and the state is written again in {Retry}. Check the store's health.")]
    private static partial void LogStoreFailed(ILogger logger, Exception exception, string name, GrainId grain, TimeSpan retry);

    [LoggerMessage(LogLevel.Information, "The grain store takes {Name} of {Grain} again.")]
    private static partial void LogStoreIsBack(ILogger logger, string name, GrainId grain);
}
