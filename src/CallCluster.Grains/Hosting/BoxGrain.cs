using CallCluster.Contracts.Boxes;
using CallCluster.Contracts.Edges;
using CallCluster.Grains.Boxes;

namespace CallCluster.Grains.Hosting;

/// <summary>Host of <see cref="BoxMachine"/>. Edges that watch are not stored: they ask again, and are told then what they missed.</summary>
public sealed class BoxGrain(GrainServices services) : StoredMachineGrain<BoxMachine, BoxMessage, BoxState>(services, "box"), IBoxGrain
{
    private readonly Dictionary<string, (IEdgeObserver Edge, DateTimeOffset Until)> _watchers = [];

    public override Task OnActivateAsync(CancellationToken cancellationToken) => EnsureLoaded();

    public async Task<BoxSummary> Watch(string edgeId, IEdgeObserver edge)
    {
        await EnsureLoaded();
        _watchers[edgeId] = (edge, Now + IBoxGrain.WatchFor);
        return Machine!.Summary;
    }

    public async Task Post(BoxMessage message)
    {
        await EnsureLoaded();
        var before = Machine!.State.Version;
        await Handle(message);
        if (Machine is not { } machine || machine.State.Version == before) return;
        foreach (var (edgeId, (edge, until)) in _watchers.ToArray())
        {
            if (until > Now) _ = edge.BoxChanged(machine.Summary);
            else _watchers.Remove(edgeId);
        }
    }

    protected override BoxMachine Create(BoxState? stored) => new(Key, stored);

    protected override BoxState? StateOf(BoxMachine machine) => machine.State;
}
