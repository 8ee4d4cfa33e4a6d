using CallCluster.Contracts.Boxes;
using CallCluster.Contracts.Edges;
using CallCluster.Edge.Calls;
using Microsoft.Extensions.Logging;

namespace CallCluster.Edge.Cluster;

/// <summary>Renews the edge's lease with its EdgeGrain and tells it which calls came and went (PROTOCOL rules 15 and 16).</summary>
internal sealed partial class EdgeLease(IGrainFactory grains, EdgeOptions options, EdgeCalls calls, TimeProvider clock, ILogger<EdgeLease> logger) : IAsyncDisposable
{
    private static readonly TimeSpan FirstInterval = TimeSpan.FromSeconds(1);
    private readonly Guid _processId = Guid.NewGuid();
    private readonly SemaphoreSlim _probed = new(0, 1);
    private readonly CancellationTokenSource _stop = new();
    private Task _loop = Task.CompletedTask;
    private EdgeObserver? _observer; // strongly held: Orleans keeps observers weakly
    private long _number;
    private bool _fullWanted = true;

    /// <summary>Where the grains send commands; set by <see cref="Observe"/>.</summary>
    public IEdgeObserver Reference { get; private set; } = null!;

    /// <summary>Whether the last heartbeat was answered: the edge is known to the cluster.</summary>
    public bool IsHeld { get; private set; }

    /// <summary>The edge takes no new calls; told with each heartbeat.</summary>
    public bool Draining { get; set; }

    /// <summary>The cluster answers again after it did not.</summary>
    public event Action? Regained;

    /// <summary>This edge is to carry a call that begins at our side.</summary>
    public event Action<BeginCall>? CallBegun;

    /// <summary>A voicemail box that this edge watches has changed.</summary>
    public event Action<BoxSummary>? BoxChanged;

    /// <summary>Makes <see cref="Reference"/>; before the first call can come.</summary>
    public void Observe()
    {
        _observer = new EdgeObserver(grains, options.EdgeId, calls, OnProbed, begin => CallBegun?.Invoke(begin), summary => BoxChanged?.Invoke(summary));
        Reference = _observer.Reference = grains.CreateObjectReference<IEdgeObserver>(_observer);
    }

    /// <param name="listeners">Where the edge listens, for people.</param>
    /// <param name="uri">Where other edges reach it.</param>
    /// <param name="portsInUse">RTP ports in use now.</param>
    public void Start(string[] listeners, string? uri, Func<int> portsInUse) => _loop = Run(listeners, uri, portsInUse);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _loop.ConfigureAwait(false);
        _stop.Dispose();
    }

    /// <summary>An EdgeGrain that has just been activated knows nothing: the heartbeat that answers it tells of all calls.</summary>
    private void OnProbed()
    {
        Volatile.Write(ref _fullWanted, true);
        if (_probed.CurrentCount == 0) _probed.Release();
    }

    private async Task Run(string[] listeners, string? uri, Func<int> portsInUse)
    {
        var grain = grains.GetGrain<IEdgeGrain>(options.EdgeId);
        var interval = FirstInterval;
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var lease = await grain.Heartbeat(Next(listeners, uri, portsInUse())).ConfigureAwait(false);
                interval = lease / 3;
                if (!IsHeld)
                {
                    IsHeld = true;
                    LogHeld(options.EdgeId, lease.TotalSeconds);
                    Regained?.Invoke();
                }
            }
            catch (Exception exception)
            {
                Volatile.Write(ref _fullWanted, true); // what this heartbeat told may not have arrived
                if (IsHeld) LogLost(exception, options.EdgeId);
                IsHeld = false;
            }

            await WaitForNext(interval).ConfigureAwait(false);
        }
    }

    private EdgeHeartbeat Next(string[] listeners, string? uri, int portsInUse)
    {
        var full = Interlocked.Exchange(ref _fullWanted, false);
        var (started, ended) = calls.TakeChanges(full);
        return new EdgeHeartbeat
        {
            Observer = Reference,
            ProcessId = _processId,
            Number = ++_number,
            Draining = Draining,
            Started = started,
            Ended = ended,
            Full = full,
            MaxCalls = options.MaxCalls,
            Listeners = listeners,
            PortsInUse = portsInUse,
            Uri = uri,
        };
    }

    private async Task WaitForNext(TimeSpan interval)
    {
        using var wake = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        try
        {
            await Task.WhenAny(Task.Delay(interval, clock, wake.Token), _probed.WaitAsync(wake.Token)).ConfigureAwait(false);
        }
        finally
        {
            await wake.CancelAsync().ConfigureAwait(false);
        }
    }

    [LoggerMessage(LogLevel.Information, "Edge {EdgeId} is known to the cluster; its lease is {Seconds} s.")]
    private partial void LogHeld(string edgeId, double seconds);

    [LoggerMessage(LogLevel.Warning, "Edge {EdgeId} cannot renew its lease: the cluster does not answer. Calls go on; a new call that no silo takes within Edge's offer time-out gets 503. Check the silos and Redis.")]
    private partial void LogLost(Exception exception, string edgeId);
}
