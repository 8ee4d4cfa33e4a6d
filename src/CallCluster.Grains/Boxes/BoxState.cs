using CallCluster.Contracts.Tickets;

namespace CallCluster.Grains.Boxes;

/// <summary>What is stored of a voicemail box.</summary>
[GenerateSerializer, Alias("BoxState")]
public sealed class BoxState
{
    /// <summary>Tickets that are not done.</summary>
    [Id(0)] public Dictionary<string, TicketStatus> Waiting { get; set; } = [];

    /// <summary>See <see cref="Contracts.Boxes.BoxSummary.Version"/>.</summary>
    [Id(1)] public long Version { get; set; }
}
