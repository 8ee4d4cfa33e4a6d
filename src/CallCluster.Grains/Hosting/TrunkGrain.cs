using CallCluster.Contracts.Trunks;
using CallCluster.Grains.Trunks;

namespace CallCluster.Grains.Hosting;

/// <summary>Host of <see cref="TrunkMachine"/>.</summary>
[KeepAlive]
public sealed class TrunkGrain : MachineGrain, ITrunkGrain
{
    private readonly TrunkMachine _machine;

    public TrunkGrain(GrainServices services)
        : base(services)
    {
        _machine = new TrunkMachine(Key, services.Routing);
        services.Metrics.Watch(Key, _machine);
    }

    protected override DateTimeOffset? NextDue => _machine.NextDue;

    public Task Post(TrunkMessage message)
    {
        _machine.Handle(message, Now, Effects);
        return EndTurn();
    }

    public Task<TrunkDuty> Attend(TrunkReport report) => Task.FromResult(_machine.Attend(report, Now));

    public Task<TrunkView> View() => Task.FromResult(_machine.View(Now));

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        Services.Metrics.Forget(Key, _machine);
        return Task.CompletedTask;
    }

    protected override void OnDue(DateTimeOffset now) => _machine.OnDue(now, Effects);
}
