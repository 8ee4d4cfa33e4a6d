namespace CallCluster.Grains.Calls;

/// <summary>A caller who has asked to be called back.</summary>
[GenerateSerializer, Immutable, Alias("CallbackState")]
public sealed record CallbackState
{
    /// <summary>How often the caller was called and not reached.</summary>
    [Id(0)] public int Attempts { get; init; }

    /// <summary>From then on nobody is called any more.</summary>
    [Id(1)] public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>It is stored beside the call as well: from here on the caller may hang up, and is called or gets a ticket.</summary>
    [Id(2)] public bool Noted { get; init; }
}
