using CallCluster.Contracts.Closures;
using CallCluster.Grains.Closures;
using CallCluster.Grains.Machines;

namespace CallCluster.Grains.Tests.Simulation;

/// <summary>One activation: a machine, where it runs, and whether the store has what it knows. The counterpart of Hosting's grains.</summary>
internal abstract class SimulatedGrain(Simulator simulator, string kind, string key, int silo)
{
    private DateTimeOffset? _armedFor;

    public string Kind { get; } = kind;

    public string Key { get; } = key;

    public int Silo { get; } = silo;

    /// <summary>False once the activation is gone.</summary>
    public bool Alive { get; set; } = true;

    /// <summary>The stored state is gone for good; what is left only waits for late messages.</summary>
    public bool Cleared { get; private set; }

    /// <summary>The store does not have the latest state.</summary>
    public bool Dirty { get; protected set; }

    /// <summary>The store could not be read on activation, or was not read: what it holds is not known here.</summary>
    public bool Blind { get; set; }

    public Effects Effects { get; } = new();

    protected Simulator Simulator { get; } = simulator;

    protected abstract DateTimeOffset? NextDue { get; }

    public string Name { get; } = kind + "/" + key;

    public abstract void Take(object message);

    protected abstract void OnDue();

    /// <summary>Hands the state to the store; false when the store holds another activation's and this one is void.</summary>
    protected virtual bool Save() => true;

    /// <summary>The turn's end: store, then send in order, then arm. False when the turn was void.</summary>
    public bool EndTurn()
    {
        if (Effects.MustClear)
        {
            Cleared = true;
            if (!Blind) Simulator.Store.Clear(Name);
            if (NextDue is null)
            {
                Alive = false;
                Simulator.Grains.Forget(this);
            }
        }
        else if (Effects.MustPersist && !Cleared && !Save())
        {
            Effects.Reset();
            Alive = false;
            Simulator.Grains.Forget(this);
            return false;
        }

        foreach (var effect in Effects.List)
        {
            if (Simulator.Plant.Rewrite(effect, Simulator.Now) is { } rewritten) Simulator.Grains.CarryOut(this, rewritten);
        }

        Effects.Reset();
        if (Alive) Arm();
        return true;
    }

    private void Arm()
    {
        var due = NextDue;
        if (due == _armedFor) return;
        _armedFor = due;
        if (due is not { } at) return;
        Simulator.At(at + Simulator.Between(0.001, 0.005), () =>
        {
            if (!Alive || _armedFor != due) return;
            _armedFor = null;
            OnDue();
            EndTurn();
        });
    }
}

/// <summary>An activation of one kind of machine.</summary>
internal class SimulatedGrain<TMessage>(Simulator simulator, string kind, string key, int silo, Machine<TMessage> machine) : SimulatedGrain(simulator, kind, key, silo)
{
    public Machine<TMessage> Machine { get; } = machine;

    protected override DateTimeOffset? NextDue => Machine.NextDue;

    public override void Take(object message) => Machine.Handle((TMessage)message, Simulator.Now, Effects);

    protected override void OnDue() => Machine.OnDue(Simulator.Now, Effects);
}

/// <summary>An activation whose state is stored.</summary>
internal class StoredGrain<TMessage, TState>(Simulator simulator, string kind, string key, int silo, Machine<TMessage> machine, Func<TState?> state)
    : SimulatedGrain<TMessage>(simulator, kind, key, silo, machine)
    where TState : class
{
    protected override bool Save()
    {
        if (state() is not { } current) return true;
        if (Blind && !Simulator.Store.Fails && Simulator.Store.Holds(Name)) return false;
        Dirty = true;
        Simulator.Store.Write(Name, current, () => Alive && !Cleared, () => (Dirty, Blind) = (false, false));
        return true;
    }
}

/// <summary>An activation of a queue's closure.</summary>
internal sealed class SimulatedClosure(Simulator simulator, string key, int silo, ClosureMachine machine) : StoredGrain<ClosureMessage, ClosureState>(simulator, "closure", key, silo, machine, () => machine.State)
{
    protected override void OnDue() => Simulator.Grains.ReadAgain(this);
}
