namespace CallCluster.Host.Api;

/// <summary>Body of <c>PUT /api/v1/queues/{name}/closure</c>.</summary>
/// <param name="Closed">Whether the queue is closed from now on, whatever its hours say.</param>
/// <param name="Reason">Why; must be given to close.</param>
internal sealed record ClosureChange(bool? Closed, string? Reason = null);
