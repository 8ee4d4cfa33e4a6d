namespace CallCluster.Grains.Calls;

/// <summary>The way of a call to a destination outside, or to a party who is called to be its caller: through one trunk after another, until one reaches it.</summary>
[GenerateSerializer, Alias("OutboundCall")]
public sealed record OutboundCall
{
    /// <summary>The destination, <c>tel:NUMBER</c> or <c>sip:URI</c>; <c>call:ID</c>, another call of this cluster.</summary>
    [Id(0)] public required string To { get; init; }

    /// <summary>Trunks not tried yet, in order.</summary>
    [Id(1)] public string[] Rest { get; init; } = [];

    /// <summary>The trunk that is tried; "" when another call took an agent's place and there is none.</summary>
    [Id(2)] public string Trunk { get; init; } = "";

    /// <summary>The leg through it, whose channel is asked for, held or given back.</summary>
    [Id(3)] public int Leg { get; init; }

    /// <summary>When the leg was commanded; null while its channel is not granted.</summary>
    [Id(4)] public DateTimeOffset? DialledAt { get; init; }

    /// <summary>The called party was reached: a failure from here on is its own, and no other trunk is tried.</summary>
    [Id(5)] public bool HasRung { get; init; }

    /// <summary>The same by the next trunk, of which there is one.</summary>
    public OutboundCall Next(int leg) => new() { To = To, Trunk = Rest[0], Rest = Rest[1..], Leg = leg };
}
