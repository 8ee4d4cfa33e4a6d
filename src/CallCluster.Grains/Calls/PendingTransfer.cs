namespace CallCluster.Grains.Calls;

/// <summary>A transfer to an agent who has been asked and has not answered yet.</summary>
/// <param name="AgentId">The agent who shall get the caller.</param>
/// <param name="OfferId">The reservation.</param>
/// <param name="Leg">The leg of the agent who transfers.</param>
[GenerateSerializer, Immutable, Alias("PendingTransfer")]
public sealed record PendingTransfer([property: Id(0)] string AgentId, [property: Id(1)] string OfferId, [property: Id(2)] int Leg);
