namespace CallCluster.Host.Api;

/// <summary>Body of <c>POST /api/v1/calls/{id}/supervise</c>.</summary>
/// <param name="Supervisor">The agent who supervises.</param>
/// <param name="Mode">Listen, Whisper or Barge.</param>
internal sealed record SupervisionRequest(string? Supervisor, string? Mode);
