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
}
