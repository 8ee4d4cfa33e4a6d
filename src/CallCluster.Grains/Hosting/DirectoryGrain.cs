using CallCluster.Contracts.Calls;
using CallCluster.Contracts.Directories;
using CallCluster.Grains.Directories;

namespace CallCluster.Grains.Hosting;

/// <summary>Host of <see cref="DirectoryMachine"/>.</summary>
public sealed class DirectoryGrain(GrainServices services)
    : StoredMachineGrain<DirectoryMachine, DirectoryChange, DirectoryState>(services, "directory"), IDirectoryGrain
{
    /// <summary>A call asks no more edges than that in one round.</summary>
    private const int MostTold = 64;

    public override Task OnActivateAsync(CancellationToken cancellationToken) => EnsureLoaded();

    public Task Add(string id) => Handle(new DirectoryChange(id, Listed: true));

    public Task Remove(string id) => Handle(new DirectoryChange(id, Listed: false));

    public async Task TellCall(string callId)
    {
        await EnsureLoaded();
        _ = Services.Calls[callId].Post(new EdgesListed(Machine!.List(MostTold)));
    }

    public async Task<string[]> List(int limit)
    {
        await EnsureLoaded();
        return Machine!.List(limit);
    }

    protected override DirectoryMachine Create(DirectoryState? stored) => new(stored);

    protected override DirectoryState? StateOf(DirectoryMachine machine) => machine.State;
}
