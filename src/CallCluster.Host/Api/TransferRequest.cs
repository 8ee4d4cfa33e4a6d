namespace CallCluster.Host.Api;

/// <summary>Body of <c>POST /api/v1/calls/{id}/transfer</c>.</summary>
/// <param name="To">A destination: <c>queue:NAME</c>, <c>agent:ID</c>, <c>voicemail:BOX</c>, <c>flow:NAME</c>; <c>tel:</c> and <c>sip:</c> within Outbound:Allow.</param>
internal sealed record TransferRequest(string? To);
