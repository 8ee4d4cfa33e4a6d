namespace CallCluster.Contracts.Calls;

/// <summary>A supervisor in a call, as the API shows it.</summary>
/// <param name="Supervisor">The agent who supervises.</param>
/// <param name="Mode">How.</param>
/// <param name="Joined">False while the supervisor's phone is still to be reached.</param>
[GenerateSerializer, Immutable, Alias("SupervisionView")]
public sealed record SupervisionView([property: Id(0)] string Supervisor, [property: Id(1)] SupervisionMode Mode, [property: Id(2)] bool Joined);

/// <summary>What became of asking for supervision.</summary>
/// <param name="Status">Whether it is done.</param>
/// <param name="Call">The call as it is then; null when it is not known.</param>
[GenerateSerializer, Immutable, Alias("SuperviseResult")]
public sealed record SuperviseResult([property: Id(0)] SuperviseStatus Status, [property: Id(1)] CallView? Call);

/// <summary>Outcomes of asking for supervision.</summary>
public enum SuperviseStatus
{
    /// <summary>The mode holds, or will when the supervisor's phone answers.</summary>
    Accepted,

    /// <summary>No such call is going on.</summary>
    UnknownCall,

    /// <summary>The caller talks with nobody.</summary>
    NotConnected,

    /// <summary>Another supervisor is in the call.</summary>
    SupervisedAlready,

    /// <summary>The supervisor is the call's agent.</summary>
    OwnCall,

    /// <summary>No agent has that id.</summary>
    UnknownSupervisor,

    /// <summary>There was no supervision to end.</summary>
    NotSupervised,

    /// <summary>No agent is in the call whom one could whisper to.</summary>
    NoAgent,
}
