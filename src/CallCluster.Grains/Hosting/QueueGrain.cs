using CallCluster.Contracts.Queues;
using CallCluster.Grains.Queues;

namespace CallCluster.Grains.Hosting;

/// <summary>Host of <see cref="QueueMachine"/>.</summary>
[KeepAlive]
public sealed class QueueGrain : MachineGrain, IQueueGrain
{
    private readonly QueueMachine _machine;

    public QueueGrain(GrainServices services)
        : base(services)
    {
        _machine = new QueueMachine(Key, services.Routing, services.Now);
        services.Metrics.Watch(Key, _machine);
    }

    protected override DateTimeOffset? NextDue => _machine.NextDue;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _machine.Load(Now, Effects);
        return EndTurn();
    }

    public Task Post(QueueMessage message)
    {
        _machine.Handle(message, Now, Effects);
        return EndTurn();
    }

    public Task<WaitingCaller[]> Callers(long afterPlace, string afterCall, int limit) => Task.FromResult(_machine.CallersAfter(afterPlace, afterCall, limit));

    public Task<QueueView> View() => Task.FromResult(_machine.View(Now));

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        Services.Metrics.Forget(Key, _machine);
        return Task.CompletedTask;
    }

    protected override void OnDue(DateTimeOffset now) => _machine.OnDue(now, Effects);
}
