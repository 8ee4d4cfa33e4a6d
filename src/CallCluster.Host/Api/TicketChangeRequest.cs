namespace CallCluster.Host.Api;

/// <summary>Body of <c>PUT /api/v1/tickets/{id}</c>.</summary>
/// <param name="Status">Open, Claimed or Done.</param>
/// <param name="By">The agent who takes it on; only with Claimed.</param>
internal sealed record TicketChangeRequest(string? Status, string? By = null);
