using Microsoft.Extensions.Hosting;

namespace CallCluster.Host.Commands;

/// <summary>The lifetime of a host whose owner starts and stops it: the demo and tests keep their process's signals.</summary>
internal sealed class OwnedLifetime : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
