using CallCluster.Edge;
using Microsoft.Extensions.Hosting;

namespace CallCluster.Host.Edges;

/// <summary>
/// Gives the memory of past calls back to the system when the edge has had none for a while. The collector alone has no reason to: it runs when something is
/// allocated, and an edge without calls allocates nothing. The pause of the full collection then meets nobody.
/// </summary>
internal sealed class IdleCollection(EdgeServer edge, TimeProvider clock) : BackgroundService
{
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(5);

    /// <summary>Longer than SIP's timers keep what is left of a call (64*T1 = 32 s).</summary>
    private static readonly TimeSpan IdleFor = TimeSpan.FromSeconds(40);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Tick, clock);
        DateTimeOffset? idleSince = null;
        var collected = true;
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                if (edge.Calls > 0)
                {
                    idleSince = null;
                    collected = false;
                    continue;
                }

                idleSince ??= clock.GetUtcNow();
                if (collected || clock.GetUtcNow() - idleSince < IdleFor) continue;
                collected = true;
                GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
                NativeHeap.Trim();
            }
        }
        catch (OperationCanceledException)
        {
            // the process stops
        }
    }
}
