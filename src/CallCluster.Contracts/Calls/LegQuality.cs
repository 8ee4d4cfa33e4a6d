namespace CallCluster.Contracts.Calls;

/// <summary>How the audio of one leg went both ways: 'received' is from its remote party to the edge, 'sent' the other way as that party's RTCP reported it (null when it sent none).</summary>
[GenerateSerializer, Immutable, Alias("LegQuality")]
public sealed record LegQuality
{
    /// <summary>The leg's number within the call; 0 is the caller's.</summary>
    [Id(0)] public required int Leg { get; init; }

    /// <summary>PCMU, PCMA or G722.</summary>
    [Id(1)] public required string Codec { get; init; }
    [Id(2)] public required long PacketsReceived { get; init; }
    [Id(3)] public required long PacketsSent { get; init; }

    /// <summary>Share of packets lost, 0 to 1.</summary>
    [Id(4)] public required double ReceivedLoss { get; init; }
    [Id(5)] public double? SentLoss { get; init; }

    /// <summary>Interarrival jitter at the end (RFC 3550 section 6.4.1), in milliseconds.</summary>
    [Id(6)] public required double ReceivedJitter { get; init; }
    [Id(7)] public double? SentJitter { get; init; }

    /// <summary>Last round trip by RTCP, in milliseconds; null when it was never known.</summary>
    [Id(8)] public double? RoundTrip { get; init; }

    /// <summary>Mean opinion score that loss and delay let expect (ITU-T G.107), 1 to 4.4; null when nothing was received.</summary>
    [Id(9)] public double? ReceivedMos { get; init; }
    [Id(10)] public double? SentMos { get; init; }
}
