namespace CallCluster.Host.Api;

/// <summary>A ticket's caller is to be called back.</summary>
/// <param name="Agent">The agent who takes the ticket on, whose phone rings first.</param>
internal sealed record TicketCallRequest(string Agent);
