using System.Runtime.InteropServices;
using CallCluster.Edge;
using CallCluster.Host.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CallCluster.Host.Commands;

/// <summary>SIGTERM takes no new calls and stops the process when the last has ended or the time is up; SIGINT stops it now, also while it drains.</summary>
internal sealed partial class SignalLifetime(IServiceProvider services, IHostApplicationLifetime application, CallClusterOptions options, TimeProvider clock, ILogger<SignalLifetime> logger)
    : IHostLifetime, IDisposable
{
    private readonly List<PosixSignalRegistration> _signals = [];
    private int _draining;

    public Task WaitForStartAsync(CancellationToken cancellationToken)
    {
        _signals.Add(PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => { context.Cancel = true; Drain(); }));
        _signals.Add(PosixSignalRegistration.Create(PosixSignal.SIGINT, context => { context.Cancel = true; application.StopApplication(); }));
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose()
    {
        foreach (var signal in _signals) signal.Dispose();
    }

    private async void Drain()
    {
        if (Interlocked.Exchange(ref _draining, 1) == 1) return;
        try
        {
            if (services.GetService<EdgeServer>() is { } edge)
            {
                LogDraining(edge.Calls, options.Cluster.DrainTimeout);
                using var timeout = new CancellationTokenSource(options.Cluster.DrainTimeout, clock);
                using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, application.ApplicationStopping);
                await edge.DrainAsync(either.Token);
                if (edge.Calls > 0) LogCut(edge.Calls);
            }
        }
        catch (Exception exception)
        {
            LogFailed(exception);
        }
        application.StopApplication();
    }

    [LoggerMessage(LogLevel.Information, "SIGTERM: no new calls; stopping when {Calls} calls have ended, in {Timeout} at the latest. SIGINT stops at once.")]
    private partial void LogDraining(int calls, TimeSpan timeout);

    [LoggerMessage(LogLevel.Warning, "Stopping with {Calls} calls still going on: raise Cluster:DrainTimeout (and the orchestrator's grace period) if they should have ended by themselves.")]
    private partial void LogCut(int calls);

    [LoggerMessage(LogLevel.Error, "Draining failed; stopping.")]
    private partial void LogFailed(Exception exception);
}
