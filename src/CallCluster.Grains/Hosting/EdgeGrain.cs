using CallCluster.Contracts.Directories;
using CallCluster.Contracts.Edges;
using CallCluster.Grains.Edges;
using CallCluster.Grains.Machines;

namespace CallCluster.Grains.Hosting;

/// <summary>Host of <see cref="EdgeMachine"/>.</summary>
[KeepAlive]
public sealed class EdgeGrain : MachineGrain, IEdgeGrain
{
    private readonly EdgeMachine _machine;
    private IEdgeObserver? _edge;
    private bool _listed;

    public EdgeGrain(GrainServices services)
        : base(services) => _machine = new EdgeMachine(Key, services.Options.EdgeLease, services.Now);

    protected override DateTimeOffset? NextDue => _machine.NextDue;

    public async Task<TimeSpan> Heartbeat(EdgeHeartbeat heartbeat)
    {
        _edge = heartbeat.Observer;
        if (!_listed)
        {
            _listed = true;
            _ = Services.Grains.GetGrain<IDirectoryGrain>(IDirectoryGrain.Edges).Add(Key);
        }

        _machine.Handle(heartbeat, Now, Effects);
        await EndTurn();
        return _machine.Lease;
    }

    public Task Post(EdgeMessage message)
    {
        _machine.Handle(message, Now, Effects);
        return EndTurn();
    }

    public Task<EdgeView?> View() => Task.FromResult(_machine.View());

    public Task<string[]> Calls(string after, int limit) => Task.FromResult(_machine.Calls(after, limit));

    protected override void OnDue(DateTimeOffset now) => _machine.OnDue(now, Effects);

    protected override Task EndTurn()
    {
        if (Effects.MustClear)
        {
            _ = Services.Grains.GetGrain<IDirectoryGrain>(IDirectoryGrain.Edges).Remove(Key);
            DeactivateOnIdle();
        }

        return base.EndTurn();
    }

    protected override void SendOwn(in Effect effect)
    {
        if (effect.Kind == EffectKind.ProbeEdge) _ = _edge?.Probe();
        else if (effect.Kind == EffectKind.BeginAtEdge) _ = _edge?.Begin((BeginCall)effect.Payload!);
        else base.SendOwn(effect);
    }
}
