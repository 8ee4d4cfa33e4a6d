namespace CallCluster.Contracts.Calls;

/// <summary>What an edge knows of a new call when its initial INVITE has been matched to a trunk or agent and a destination.</summary>
[GenerateSerializer, Immutable, Alias("CallOffer")]
public sealed record CallOffer
{
    /// <summary>The trunk that the call came through; null when an agent calls.</summary>
    [Id(0)] public string? Trunk { get; init; }

    /// <summary>The agent who calls, when the INVITE was authenticated as one.</summary>
    [Id(1)] public string? CallingAgent { get; init; }

    /// <summary>The caller's number or user part, as shown to agents; masked nowhere, never a metric label.</summary>
    [Id(2)] public required string Caller { get; init; }

    /// <summary>The caller's display name, control characters removed.</summary>
    [Id(3)] public string? CallerName { get; init; }

    /// <summary>The number or user part that was dialled.</summary>
    [Id(4)] public required string Dialled { get; init; }

    /// <summary>Where the dialled number leads by configuration ("flow:main", "queue:support", …).</summary>
    [Id(5)] public required string Destination { get; init; }

    /// <summary>When the INVITE reached the edge.</summary>
    [Id(6)] public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>The Call-ID header of the caller's dialog, for logs and the call detail record.</summary>
    [Id(7)] public required string SipCallId { get; init; }

    /// <summary>The number that was called before the call was diverted to us, as a trusted trunk told it; null otherwise.</summary>
    [Id(8)] public string? DivertedFrom { get; init; }

    /// <summary>Set when the call begins at our side, and <see cref="Caller"/> is whom we call; null for a caller who came.</summary>
    [Id(70)] public PlacedCall? Placed { get; init; }
}
