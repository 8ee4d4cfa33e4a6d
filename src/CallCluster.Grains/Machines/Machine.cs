namespace CallCluster.Grains.Machines;

/// <summary>
/// A pure machine: (state, message, now) -> (state, effects). It knows neither Orleans nor clocks nor storage; its host gives it messages and the
/// time, carries out its effects and calls it again when <see cref="NextDue"/> has come. The same machines run in the simulator.
/// </summary>
/// <typeparam name="TMessage">The messages that it takes.</typeparam>
public abstract class Machine<TMessage>
{
    /// <summary>When the machine wants <see cref="OnDue"/> to be called; null when nothing is due ever. Stored deadlines are times, not durations (PROTOCOL rule 2).</summary>
    public abstract DateTimeOffset? NextDue { get; }

    /// <summary>Takes one message.</summary>
    public abstract void Handle(TMessage message, DateTimeOffset now, Effects effects);

    /// <summary>Does what is due at <paramref name="now"/>; nothing when nothing is.</summary>
    public abstract void OnDue(DateTimeOffset now, Effects effects);
}
