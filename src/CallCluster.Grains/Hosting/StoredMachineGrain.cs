using CallCluster.Grains.Machines;
using Microsoft.Extensions.Logging;

namespace CallCluster.Grains.Hosting;

/// <summary>The host of a machine whose state is stored: hands it to the store before the turn's effects are sent.</summary>
/// <typeparam name="TMachine">The machine.</typeparam>
/// <typeparam name="TMessage">Its messages.</typeparam>
/// <typeparam name="TState">What is stored of it.</typeparam>
public abstract partial class StoredMachineGrain<TMachine, TMessage, TState> : MachineGrain
    where TMachine : Machine<TMessage>
    where TState : class
{
    private readonly StateSlot<TState> _slot;
    private Task? _loading;
    private bool _cleared;

    protected StoredMachineGrain(GrainServices services, string stateName)
        : base(services) =>
        _slot = new StateSlot<TState>(stateName, this.GetGrainId(), services.Storage, services.Time, services.Metrics, services.Logger);

    /// <summary>The machine; null until the first message, which decides whether the store is read.</summary>
    protected TMachine? Machine { get; private set; }

    /// <summary>Effects of a state that the store has not taken within its patience are dropped: the sender asks again.</summary>
    protected virtual bool SendsOnlyWhenWritten => false;

    protected override DateTimeOffset? NextDue => Machine?.NextDue;

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        try
        {
            await _slot.Drain(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            LogLeftDirty(Services.Logger, this.GetGrainId());
        }
    }

    /// <summary>Makes the machine from what was stored, or from nothing.</summary>
    protected abstract TMachine Create(TState? stored);

    /// <summary>The machine's live state, serialised before the turn's effects are sent; null when there is nothing to store.</summary>
    protected abstract TState? StateOf(TMachine machine);

    /// <summary>The store could not be read: that nothing is known means nothing.</summary>
    protected bool Blind { get; private set; }

    /// <summary>Forgets a machine that was made blindly: the next message reads the store again.</summary>
    protected void Unload() => Machine = null;

    /// <summary>Makes a machine without reading the store: what the message brings is known to be new.</summary>
    protected void Begin() => Machine = Create(null);

    /// <summary>The store is being read at this moment.</summary>
    protected bool Loading => _loading is { IsCompleted: false };

    /// <summary>Reads the store and makes the machine, once for all who ask. A store that is away means beginning from nothing: the living re-assert the rest.</summary>
    protected Task EnsureLoaded() => Machine is not null ? Task.CompletedTask : Loading ? _loading! : _loading = Load();

    private async Task Load()
    {
        TState? stored = null;
        try
        {
            stored = await _slot.Read();
            Blind = false;
        }
        catch (Exception exception)
        {
            Blind = true;
            Services.Metrics.StoreFailures.Add(1);
            LogReadFailed(Services.Logger, exception, this.GetGrainId());
        }

        Machine = Create(stored);
    }

    /// <summary>The store has taken the state, and the turn's effects are not sent yet.</summary>
    protected virtual Task OnStored() => Task.CompletedTask;

    /// <summary>Handles one message.</summary>
    protected Task Handle(TMessage message)
    {
        if (Machine is null) return LoadAndHandle(message);
        Machine.Handle(message, Now, Effects);
        return EndTurn();
    }

    protected override void OnDue(DateTimeOffset now) => Machine?.OnDue(now, Effects);

    protected override Task EndTurn()
    {
        if (Effects.MustClear) return ClearAndSend();
        return Effects.MustPersist && !_cleared ? SaveAndSend() : base.EndTurn();
    }

    /// <summary>Another activation has written since: what this turn did is void and the next message reads the store anew.</summary>
    protected bool Conflicted => _slot.Conflicted;

    /// <summary>The store holds all that was handed to it.</summary>
    protected bool Written => _slot.Clean;

    private async Task LoadAndHandle(TMessage message)
    {
        await EnsureLoaded();
        Machine!.Handle(message, Now, Effects);
        await EndTurn();
    }

    private async Task SaveAndSend()
    {
        if (StateOf(Machine!) is { } state) await _slot.Save(state);
        if (_slot.Conflicted)
        {
            // Two activations: the one that wrote last is the owner (PROTOCOL rule 4). This one says nothing and begins again from the store.
            Effects.Reset();
            Machine = null;
            return;
        }

        if (_slot.Clean) await OnStored();
        else if (SendsOnlyWhenWritten) Effects.Reset();
        await base.EndTurn();
    }

    private async Task ClearAndSend()
    {
        _cleared = true;
        await _slot.Clear();
        await base.EndTurn();
        if (NextDue is null) DeactivateOnIdle();
    }

    [LoggerMessage(LogLevel.Warning, "Cannot read the state of {Grain}; it begins from nothing and is rebuilt by what edges and calls assert. Check the store's health.")]
    private static partial void LogReadFailed(ILogger logger, Exception exception, GrainId grain);

    [LoggerMessage(LogLevel.Warning, "{Grain} was deactivated with a state that the store had not taken. Check the store's health.")]
    private static partial void LogLeftDirty(ILogger logger, GrainId grain);
}
