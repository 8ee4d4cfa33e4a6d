namespace CallCluster.Grains.Calls;

/// <summary>A transfer whose outcome is open: to an agent who has been asked, or to a destination outside that is being called. Until then the caller stays with the agent who transfers.</summary>
/// <param name="AgentId">The agent who shall get the caller; "" for a destination outside.</param>
/// <param name="OfferId">The reservation; "" for a destination outside.</param>
/// <param name="Leg">The leg of the agent who transfers.</param>
/// <param name="To">The destination outside; null for an agent.</param>
/// <param name="Refers">The caller's own trunk has been asked to do it.</param>
[GenerateSerializer, Immutable, Alias("PendingTransfer")]
public sealed record PendingTransfer([property: Id(0)] string AgentId, [property: Id(1)] string OfferId, [property: Id(2)] int Leg, [property: Id(3)] string? To = null, [property: Id(4)] bool Refers = false)
{
    /// <summary>The agent who transfers.</summary>
    [Id(5)] public string? By { get; init; }

    /// <summary>What people read.</summary>
    public string Where => To ?? AgentId;
}
