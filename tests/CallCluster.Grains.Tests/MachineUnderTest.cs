using CallCluster.Grains.Machines;

namespace CallCluster.Grains.Tests;

/// <summary>Drives one machine by hand: time, messages, and what it wants done.</summary>
internal sealed class MachineUnderTest<TMessage>(Machine<TMessage> machine)
{
    public static readonly DateTimeOffset Start = new(2026, 11, 23, 9, 0, 0, TimeSpan.Zero);

    public Machine<TMessage> Machine => machine;

    public DateTimeOffset Now { get; private set; } = Start;

    public Effects Effects { get; } = new();

    /// <summary>Effects of the last step.</summary>
    public IReadOnlyList<Effect> Sent => Effects.List;

    public MachineUnderTest<TMessage> Send(params TMessage[] messages)
    {
        Effects.Reset();
        foreach (var message in messages) machine.Handle(message, Now, Effects);
        return this;
    }

    public MachineUnderTest<TMessage> Do(Action<DateTimeOffset, Effects> act)
    {
        Effects.Reset();
        act(Now, Effects);
        return this;
    }

    /// <summary>Lets the time pass, waking the machine whenever it wants to be; effects of the whole span are kept.</summary>
    public MachineUnderTest<TMessage> Wait(TimeSpan span)
    {
        Effects.Reset();
        var end = Now + span;
        var woken = 0;
        while (machine.NextDue is { } due && due <= end)
        {
            Assert.True(++woken < 1000, "The machine wants to be woken without end.");
            if (due > Now) Now = due;
            machine.OnDue(Now, Effects);
        }

        Now = end;
        return this;
    }

    public MachineUnderTest<TMessage> Wait(double seconds) => Wait(TimeSpan.FromSeconds(seconds));

    /// <summary>Messages of a type sent in the last step.</summary>
    public List<T> Of<T>() => [.. Sent.Select(effect => effect.Payload).OfType<T>()];

    /// <summary>The only message of a type sent in the last step.</summary>
    public T One<T>() => Assert.Single(Of<T>());

    public void None<T>() => Assert.Empty(Of<T>());
}
