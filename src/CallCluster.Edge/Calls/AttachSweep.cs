using System.Collections.Concurrent;

namespace CallCluster.Edge.Calls;

/// <summary>
/// Attaches each call to its CallGrain again and again (PROTOCOL rule 15): spread over the interval with jitter, and all at once when the cluster was away.
/// Calls wait in order of their next turn, so a tick looks only at those whose turn has come.
/// </summary>
internal sealed class AttachSweep(EdgeCalls calls, TimeSpan interval, TimeProvider clock) : IAsyncDisposable
{
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);
    private readonly ConcurrentQueue<(EdgeCall Call, long AddedAt)> _turns = new();
    private readonly CancellationTokenSource _stop = new();
    private Task _loop = Task.CompletedTask;

    public void Start() => _loop = Run();

    public void Add(EdgeCall call) => _turns.Enqueue((call, clock.GetTimestamp()));

    /// <summary>The cluster was away: tell it of every call now.</summary>
    public void AttachAll()
    {
        foreach (var call in calls.All()) call.Attach();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _loop.ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task Run()
    {
        using var timer = new PeriodicTimer(Tick, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token).ConfigureAwait(false)) AttachDue();
        }
        catch (OperationCanceledException)
        {
            // stopped
        }
    }

    private void AttachDue()
    {
        // A turn up to a fifth early keeps calls that began together from staying together.
        while (_turns.TryPeek(out var turn) && clock.GetElapsedTime(turn.AddedAt) >= interval * (1 - (0.2 * Random.Shared.NextDouble())) && _turns.TryDequeue(out turn))
        {
            if (!ReferenceEquals(calls.Find(turn.Call.Id), turn.Call)) continue; // over
            turn.Call.Attach();
            Add(turn.Call);
        }
    }
}
