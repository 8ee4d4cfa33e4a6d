using CallCluster.Contracts.Callbacks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CallCluster.Grains.Hosting;

/// <summary>
/// Once a minute, from each silo: has the calls of those who are to be called back woken. A call without a leg has no edge that would miss it after a crash (PROTOCOL rule 15), and its queue may
/// have nobody either who speaks to it.
/// </summary>
internal sealed partial class CallbackWaker(GrainServices services) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, services.Time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken)) WakeAll();
        }
        catch (OperationCanceledException)
        {
            // The silo stops.
        }
    }

    private void WakeAll()
    {
        foreach (var queue in services.Routing.Current.Queues.Keys)
        {
            try
            {
                _ = services.Callbacks[queue].Post(new AssertCallbacks());
            }
            catch (Exception exception)
            {
                LogNotWoken(services.Logger, exception, queue);
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "Could not ask for the callbacks of queue {Queue}; tried again in a minute. Check the cluster's network if this goes on: callers may wait to be called back.")]
    private static partial void LogNotWoken(ILogger logger, Exception exception, string queue);
}
