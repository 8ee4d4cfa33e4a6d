using CallCluster.Contracts.Closures;
using CallCluster.Grains.Closures;

namespace CallCluster.Grains.Hosting;

/// <summary>Host of <see cref="ClosureMachine"/>.</summary>
public sealed class ClosureGrain(GrainServices services) : StoredMachineGrain<ClosureMachine, ClosureMessage, ClosureState>(services, "closure"), IClosureGrain
{
    /// <summary>Of a store that could not be read.</summary>
    private static readonly TimeSpan AskAgainAfter = TimeSpan.FromSeconds(5);

    public async Task Post(ClosureMessage message)
    {
        await EnsureKnown();
        await Handle(message);
    }

    public async Task<Closure> Set(bool closed, string? reason)
    {
        // The store may hold another activation's: then this turn was void, and is done again on top of that.
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
        await EnsureLoaded();
        return Machine!.State.Closure;
    }

    protected override ClosureMachine Create(ClosureState? stored) => new(Key, stored, Blind ? Now + AskAgainAfter : null);

    protected override ClosureState? StateOf(ClosureMachine machine) => machine.State;

    protected override async Task Due()
    {
        await EnsureKnown();
        await base.Due();
    }

    /// <summary>What could not be read is read again, and so is what another activation has written over ours; what was set here meanwhile holds when it is the newer.</summary>
    private async Task EnsureKnown()
    {
        if ((!Blind && !Conflicted) || Loading || Machine is not { } before)
        {
            await EnsureLoaded();
            return;
        }

        Unload();
        await EnsureLoaded();
        Machine!.Keep(before.State, Effects);
        await EndTurn();
    }
}
