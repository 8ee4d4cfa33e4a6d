namespace CallCluster.Edge.Calls;

/// <summary>
/// Attaches each call to its CallGrain again and again (PROTOCOL rule 15): spread over the interval with jitter, and all at once when the cluster was away.
/// Calls stand in order of their next turn, so a tick looks only at those whose turn has come.
/// </summary>
internal sealed class AttachSweep(TimeSpan interval, TimeProvider clock) : IAsyncDisposable
{
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);
    private readonly LinkedList<EdgeCall> _turns = new();
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _stop = new();
    private Task _loop = Task.CompletedTask;

    public void Start() => _loop = Run();

    public void Add(EdgeCall call)
    {
        lock (_lock)
        {
            call.Turn.Value = call;
            call.LastTurnAt = clock.GetTimestamp();
            _turns.AddLast(call.Turn);
        }
    }

    public void Remove(EdgeCall call)
    {
        lock (_lock)
            if (call.Turn.List is not null)
                _turns.Remove(call.Turn);
    }

    /// <summary>The cluster was away: tell it of every call now.</summary>
    public void AttachAll()
    {
        EdgeCall[] calls;
        lock (_lock) calls = [.. _turns];
        foreach (var call in calls) call.Attach();
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
            while (await timer.WaitForNextTickAsync(_stop.Token).ConfigureAwait(false))
                while (TakeDue() is { } call) call.Attach();
        }
        catch (OperationCanceledException)
        {
            // stopped
        }
    }

    /// <summary>The call whose turn has come, sent to the end of the line; null when none has.</summary>
    private EdgeCall? TakeDue()
    {
        lock (_lock)
        {
            // A turn up to a fifth early keeps calls that began together from staying together.
            if (_turns.First is not { } first || clock.GetElapsedTime(first.Value.LastTurnAt) < interval * (1 - (0.2 * Random.Shared.NextDouble()))) return null;
            _turns.RemoveFirst();
            _turns.AddLast(first);
            first.Value.LastTurnAt = clock.GetTimestamp();
            return first.Value;
        }
    }
}
