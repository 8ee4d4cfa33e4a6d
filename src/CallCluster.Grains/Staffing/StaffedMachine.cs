using CallCluster.Grains.Machines;

namespace CallCluster.Grains.Staffing;

/// <summary>A machine in virtual time: woken when something is due, its effects carried out after each turn. The counterpart of Hosting's grains; nothing is stored.</summary>
internal sealed class StaffedMachine<TMessage>(Machine<TMessage> machine, Agenda agenda, Action<Effects> carryOut)
{
    private readonly Effects _effects = new();
    private DateTimeOffset? _armedFor;

    /// <summary>The machine will not be heard of again.</summary>
    public bool IsOver { get; set; }

    public void Take(TMessage message) => Turn(effects => machine.Handle(message, agenda.Now, effects));

    public void Turn(Action<Effects> act)
    {
        _effects.Reset();
        act(_effects);
        carryOut(_effects);
        if (!IsOver) Arm();
    }

    // What is due later than the wake that is planned already is found by that wake.
    private void Arm()
    {
        if (machine.NextDue is not { } due || _armedFor <= due) return;
        _armedFor = due;
        agenda.At(due, () => Wake(due));
    }

    private void Wake(DateTimeOffset plannedFor)
    {
        if (IsOver || _armedFor != plannedFor) return;
        _armedFor = null;
        if (machine.NextDue <= agenda.Now) Turn(effects => machine.OnDue(agenda.Now, effects));
        else Arm();
    }
}
