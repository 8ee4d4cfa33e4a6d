namespace CallCluster.Contracts.Calls;

/// <summary>The last transfer of a caller by an agent, as the API shows it.</summary>
/// <param name="To">The destination asked for.</param>
/// <param name="By">The agent who has, or had, the caller.</param>
/// <param name="State">How far it is.</param>
/// <param name="Failure">Why it failed; null when it did not.</param>
[GenerateSerializer, Immutable, Alias("TransferView")]
public sealed record TransferView([property: Id(0)] string To, [property: Id(1)] string By, [property: Id(2)] TransferState State, [property: Id(3)] string? Failure = null);

/// <summary>How far a transfer is.</summary>
public enum TransferState
{
    /// <summary>The destination has not taken the caller yet, who is still with the agent.</summary>
    Pending,

    /// <summary>The agent is out of the call; the call's own state tells how it goes on.</summary>
    Done,

    /// <summary>The caller stays with the agent, or goes back to the queue when the agent has hung up.</summary>
    Failed,
}
