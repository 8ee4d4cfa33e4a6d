namespace CallCluster.Host.Api;

/// <summary>Body of <c>PUT /api/v1/agents/{id}/presence</c>.</summary>
/// <param name="Presence">Available, Away or Offline; WrapUp to lengthen or shorten the wrap-up that runs.</param>
/// <param name="Reason">Why, in the agent's words; null for none.</param>
/// <param name="For">With WrapUp: how long it lasts from now.</param>
internal sealed record PresenceChange(string? Presence, string? Reason = null, TimeSpan? For = null);
