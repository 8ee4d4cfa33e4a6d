namespace CallCluster.Host.Api;

/// <summary>Body of <c>PUT /api/v1/agents/{id}/presence</c>.</summary>
/// <param name="Presence">Available, Away or Offline.</param>
/// <param name="Reason">Why, in the agent's words; null for none.</param>
internal sealed record PresenceChange(string? Presence, string? Reason = null);
