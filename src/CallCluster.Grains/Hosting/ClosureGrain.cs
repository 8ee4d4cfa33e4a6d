using CallCluster.Contracts.Closures;
using CallCluster.Grains.Closures;

namespace CallCluster.Grains.Hosting;

/// <summary>Host of <see cref="ClosureMachine"/>.</summary>
public sealed class ClosureGrain(GrainServices services) : StoredMachineGrain<ClosureMachine, ClosureMessage, ClosureState>(services, "closure"), IClosureGrain
{
    public async Task Post(ClosureMessage message)
    {
        await EnsureKnown();
        await Handle(message);
    }

    public async Task<Closure> Set(bool closed, string? reason)
    {
        // The store may hold what could not be read before, or another activation's: then this turn was void, and is done again on top of that.
        do
        {
            await EnsureKnown();
            Machine!.Set(closed, reason, Now, Effects);
            await EndTurn();
        }
        while (Machine is null);
        return Machine.State.Closure;
    }

    public async Task<Closure> View()
    {
        await EnsureKnown();
        return Machine!.State.Closure;
    }

    protected override ClosureMachine Create(ClosureState? stored) => new(Key, stored, known: !Blind);

    protected override ClosureState? StateOf(ClosureMachine machine) => machine.State;

    /// <summary>What could not be read is read again, as long as nothing was set meanwhile: that is the newest there is.</summary>
    private Task EnsureKnown()
    {
        if (Blind && !Loading && Machine is { State.Version: 0 }) Unload();
        return EnsureLoaded();
    }
}
