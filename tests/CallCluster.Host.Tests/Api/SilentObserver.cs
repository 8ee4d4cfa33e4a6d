using CallCluster.Contracts.Boxes;
using CallCluster.Contracts.Calls;
using CallCluster.Contracts.Edges;

namespace CallCluster.Host.Tests.Api;

/// <summary>An edge that does nothing.</summary>
internal sealed class SilentObserver : IEdgeObserver
{
    public Task Execute(CallCommands commands) => Task.CompletedTask;

    public Task Begin(BeginCall begin) => Task.CompletedTask;

    public Task Probe() => Task.CompletedTask;

    public Task BoxChanged(BoxSummary summary) => Task.CompletedTask;
}
