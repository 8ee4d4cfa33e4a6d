namespace CallCluster.Contracts.Tickets;

/// <summary>Somebody is to be called back.</summary>
[GenerateSerializer, Immutable, Alias("Ticket")]
public sealed record Ticket
{
    [Id(0)] public required string Id { get; init; }
    [Id(1)] public required string CallId { get; init; }
    [Id(2)] public required string Box { get; init; }
    [Id(3)] public required string Caller { get; init; }
    [Id(4)] public string? CallerName { get; init; }
    [Id(5)] public required string Dialled { get; init; }

    /// <summary>The queue that the caller overflowed from, if any.</summary>
    [Id(6)] public string? Queue { get; init; }

    /// <summary>The overflow rule that led here, or "Direct".</summary>
    [Id(7)] public required string Reason { get; init; }
    [Id(8)] public required TimeSpan Waited { get; init; }
    [Id(9)] public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Recorded audio; zero when none.</summary>
    [Id(10)] public required TimeSpan Duration { get; init; }

    /// <summary>File below the voicemail directory; null when there is no audio.</summary>
    [Id(11)] public string? AudioFile { get; init; }

    /// <summary>Where the API serves the audio; null when there is none.</summary>
    public string? AudioLink => AudioFile is null ? null : $"/api/v1/voicemails/{Id}/audio";

    /// <summary>Why audio is missing or cut short; null when all is well.</summary>
    [Id(12)] public string? AudioFailure { get; init; }
    [Id(13)] public required TicketStatus Status { get; init; }

    /// <summary>The agent who has taken it on, also when it is done; null while nobody has.</summary>
    [Id(14)] public string? ClaimedBy { get; init; }

    /// <summary>Rises with each change of <see cref="Status"/>; set by the TicketGrain.</summary>
    [Id(15)] public long Version { get; init; }

    /// <summary>The file in the voicemail directory in which a silo keeps the ticket with what was done about it.</summary>
    public static string FileOf(string id) => $"{id}.ticket.json";
}

/// <summary>What has been done about a ticket.</summary>
public enum TicketStatus { Open, Claimed, Done }

/// <summary>One-way message to a TicketGrain.</summary>
[GenerateSerializer, Immutable, Alias("TicketMessage")]
public abstract record TicketMessage;

/// <summary>CallGrain: the call that was made for the ticket did not reach the caller. Opens the ticket again, unless something else was done about it since. The same again changes nothing.</summary>
/// <param name="Version">The ticket's version that the call was made by.</param>
[GenerateSerializer, Immutable, Alias("CallBackFailed")]
public sealed record CallBackFailed([property: Id(0)] long Version) : TicketMessage;

/// <summary>CallGrain: store this ticket; repeated until <see cref="Calls.TicketStored"/> comes back (I5).</summary>
[GenerateSerializer, Immutable, Alias("StoreTicket")]
public sealed record StoreTicket([property: Id(0)] Ticket Ticket) : TicketMessage;
