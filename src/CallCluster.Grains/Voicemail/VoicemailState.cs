using CallCluster.Contracts.Calls;
using CallCluster.Contracts.Tickets;

namespace CallCluster.Grains.Voicemail;

/// <summary>A message that is being left.</summary>
[GenerateSerializer, Alias("VoicemailState")]
public sealed class VoicemailState
{
    [Id(0)] public required string Box { get; init; }

    /// <summary>The queue that the caller overflowed from, if any.</summary>
    [Id(1)] public string? Queue { get; init; }

    /// <summary>The overflow rule that led here, or "Direct".</summary>
    [Id(2)] public required string Reason { get; init; }
    [Id(3)] public required TimeSpan Waited { get; init; }

    /// <summary>Set when the beep is over: from here on there will be a ticket (I5).</summary>
    [Id(4)] public string? RecordingId { get; set; }

    /// <summary>Set when the recording is over.</summary>
    [Id(5)] public Ticket? Ticket { get; set; }

    /// <summary>The TicketGrain has stored it.</summary>
    [Id(6)] public bool Stored { get; set; }

    /// <summary>A ticket is owed that is not known to be stored.</summary>
    public bool TicketOwed => (RecordingId is not null || Ticket is not null) && !Stored;

    /// <summary>Of a message whose call was forgotten: what its recording was begun with, if the edge knows.</summary>
    public static VoicemailState Recovered(Ticket? begun) => new() { Box = begun?.Box ?? "unknown", Queue = begun?.Queue, Reason = begun?.Reason ?? "Recovered", Waited = begun?.Waited ?? TimeSpan.Zero };

    /// <summary>Makes the ticket of the recording that ended.</summary>
    public void MakeTicket(string callId, CallOffer call, TimeSpan duration, string? audioFile, string? failure, DateTimeOffset now) =>
        Ticket = Draft(callId, call, now) with { Duration = duration, AudioFile = audioFile, AudioFailure = failure };

    /// <summary>The ticket that the message will have; its id is the call's, so that a repetition is the same ticket (PROTOCOL rule 21).</summary>
    public Ticket Draft(string callId, CallOffer call, DateTimeOffset now) => new()
    {
        Id = callId,
        CallId = callId,
        Box = Box,
        Caller = call.Caller,
        CallerName = call.CallerName,
        Dialled = call.Dialled,
        Queue = Queue,
        Reason = Reason,
        Waited = Waited,
        CreatedAt = now,
        Duration = TimeSpan.Zero,
        Status = TicketStatus.Open,
    };
}
