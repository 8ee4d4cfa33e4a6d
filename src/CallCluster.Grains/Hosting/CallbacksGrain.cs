using CallCluster.Contracts.Callbacks;
using CallCluster.Grains.Callbacks;

namespace CallCluster.Grains.Hosting;

/// <summary>Host of <see cref="CallbacksMachine"/>.</summary>
public sealed class CallbacksGrain(GrainServices services) : StoredMachineGrain<CallbacksMachine, CallbacksMessage, CallbacksState>(services, "callbacks"), ICallbacksGrain
{
    public async Task Post(CallbacksMessage message)
    {
        await EnsureLoaded();
        // What could not be read is not answered, and nothing is written over it: who asked asks again.
        if (Blind) Unload();
        else await Handle(message);
    }

    protected override bool SendsOnlyWhenWritten => true;

    protected override CallbacksMachine Create(CallbacksState? stored) => new(Key, stored);

    protected override CallbacksState? StateOf(CallbacksMachine machine) => machine.State;

    protected override Task EndTurn()
    {
        // A turn that changes nothing may repeat what an earlier one has not stored yet.
        if (!Effects.MustPersist && !Written) Effects.Reset();
        return base.EndTurn();
    }
}
