using CallCluster.Contracts.Queues;

namespace CallCluster.Contracts.Calls;

/// <summary>A call as the API shows it.</summary>
[GenerateSerializer, Immutable, Alias("CallView")]
public sealed record CallView
{
    [Id(0)] public required string Id { get; init; }
    [Id(1)] public required CallState State { get; init; }
    [Id(2)] public string? Trunk { get; init; }
    [Id(3)] public required string Caller { get; init; }
    [Id(4)] public required string Dialled { get; init; }
    [Id(5)] public string? Queue { get; init; }
    [Id(6)] public string? Agent { get; init; }
    [Id(7)] public required string Edge { get; init; }
    [Id(8)] public required DateTimeOffset OfferedAt { get; init; }
    [Id(9)] public DateTimeOffset? QueuedAt { get; init; }
    [Id(10)] public DateTimeOffset? ConnectedAt { get; init; }
    [Id(11)] public required string Destination { get; init; }

    /// <summary>Who supervises the call; null for nobody.</summary>
    [Id(12)] public SupervisionView? Supervision { get; init; }

    /// <summary>The last transfer of the caller by an agent; null for none.</summary>
    [Id(680)] public TransferView? Transfer { get; init; }

    /// <summary>The agent has put the caller on hold.</summary>
    [Id(681)] public bool Held { get; init; }

    /// <summary>The agents whom queues have matched the caller with, and why, oldest first; the last 20.</summary>
    [Id(60)] public Assignment[] Assignments { get; init; } = [];
}

/// <summary>The states of DESIGN section 4.</summary>
public enum CallState { Offered, Greeting, Queued, Ringing, Connected, Voicemail, Transferring, Ended }
