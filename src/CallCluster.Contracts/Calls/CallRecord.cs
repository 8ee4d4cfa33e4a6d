using CallCluster.Contracts.Queues;

namespace CallCluster.Contracts.Calls;

/// <summary>The call detail record: one per call (I7), delivered at least once with the call's id as its id (PROTOCOL rule 21).</summary>
[GenerateSerializer, Immutable, Alias("CallRecord")]
public sealed record CallRecord
{
    [Id(0)] public required string Id { get; init; }
    [Id(1)] public required string SipCallId { get; init; }
    [Id(2)] public string? Trunk { get; init; }
    [Id(3)] public required string Caller { get; init; }
    [Id(4)] public required string Dialled { get; init; }
    [Id(5)] public required string Edge { get; init; }
    [Id(6)] public required DateTimeOffset OfferedAt { get; init; }

    /// <summary>When the caller's INVITE got its 200; null when it never did.</summary>
    [Id(7)] public DateTimeOffset? AnsweredAt { get; init; }
    [Id(8)] public DateTimeOffset? QueuedAt { get; init; }

    /// <summary>When the caller was joined with an agent or an outside party.</summary>
    [Id(9)] public DateTimeOffset? ConnectedAt { get; init; }
    [Id(10)] public required DateTimeOffset EndedAt { get; init; }
    [Id(11)] public string? Queue { get; init; }
    [Id(12)] public string? Agent { get; init; }

    /// <summary>The number that was called before the call was diverted to us; null when it was not.</summary>
    [Id(19)] public string? DivertedFrom { get; init; }

    /// <summary>Where the call went outside, "tel:+442079460123"; null when it did not.</summary>
    [Id(17)] public string? OutboundTo { get; init; }

    /// <summary>The trunk of the last attempt to get there.</summary>
    [Id(18)] public string? OutboundTrunk { get; init; }
    [Id(13)] public string? Ticket { get; init; }
    [Id(14)] public required CallOutcome Outcome { get; init; }
    [Id(15)] public required string EndedBy { get; init; }

    /// <summary>The cause of ITU-T Q.850 that a trunk gave when its leg ended the call, or could not be had; null when it gave none.</summary>
    [Id(22)] public int? NetworkCause { get; init; }

    /// <summary>Each step of the call with its time, oldest first.</summary>
    [Id(16)] public required CallStep[] Steps { get; init; }

    /// <summary>The audio of each leg that had any and ended before the record, or was joined with one that did; null when there is none.</summary>
    [Id(20)] public LegQuality[]? Quality { get; init; }

    /// <summary>Whom the call was made to, "tel:+442079460123", when it began at our side; null for a caller who came.</summary>
    [Id(70)] public string? PlacedTo { get; init; }

    /// <summary>What became of the conversation's recording; null when none was wanted.</summary>
    [Id(21)] public RecordedConversation? Recording { get; init; }

    /// <summary>The agents whom queues matched the caller with, and why, oldest first; the last 20. Null when there was none.</summary>
    [Id(60)] public Assignment[]? Assignments { get; init; }
}

/// <summary>A conversation's recording: 8 kHz stereo, the caller left.</summary>
/// <param name="AudioFile">File name below the recordings' directory; null when no audio was kept.</param>
/// <param name="Duration">Its length.</param>
/// <param name="Failure">Why audio is missing or cut short; null when all is well.</param>
[GenerateSerializer, Immutable, Alias("RecordedConversation")]
public sealed record RecordedConversation([property: Id(0)] string? AudioFile, [property: Id(1)] TimeSpan Duration, [property: Id(2)] string? Failure);

/// <summary>One step of a call, in words that a supervisor reads ("menu 2# -> queue:support", "ringing alice", …).</summary>
[GenerateSerializer, Immutable, Alias("CallStep")]
public sealed record CallStep([property: Id(0)] DateTimeOffset At, [property: Id(1)] string What);

/// <summary>How a call went, as reports count it.</summary>
public enum CallOutcome
{
    /// <summary>Joined with an agent or an outside party.</summary>
    Answered,
    /// <summary>The caller hung up in a queue or while an agent was ringing.</summary>
    Abandoned,
    /// <summary>Left a voicemail; there is a ticket.</summary>
    Voicemail,
    /// <summary>Refused with a SIP status (no channel, hangup:CODE, unknown destination).</summary>
    Refused,
    /// <summary>The caller hung up in greeting or menu, or while an outside party was being called.</summary>
    HungUpEarly,
    /// <summary>Ended by a failure: edge lost, transport error.</summary>
    Failed,
    /// <summary>We called, and nobody was reached there, or the agent who was to talk with them was not to be had.</summary>
    NotReached,
}
