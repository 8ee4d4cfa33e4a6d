using Orleans.Concurrency;

namespace CallCluster.Contracts.Tickets;

/// <summary>One callback ticket (key: ticket id).</summary>
[Alias("CallCluster.Ticket")]
public interface ITicketGrain : IGrainWithStringKey
{
    /// <summary>Stores the ticket or its newer version; answered to the call by <see cref="Calls.TicketStored"/>.</summary>
    [OneWay, Alias("Post")]
    Task Post(TicketMessage message);

    /// <summary>Keeps a ticket that was found on disk, or what its finder knows more of: audio, or a later status. The same again changes nothing.</summary>
    /// <returns>False while the store does not answer: ask again.</returns>
    [Alias("Keep")]
    Task<bool> Keep(Ticket ticket);

    /// <summary>Changes what has been done about it. The same again changes nothing; of several agents who claim it at once one gets it.</summary>
    /// <param name="status">What it shall be: opening it again takes it from whoever has it.</param>
    /// <param name="by">The agent who claims it; null for another status.</param>
    [Alias("Change")]
    Task<TicketChange> Change(TicketStatus status, string? by);

    [ReadOnly, AlwaysInterleave, Alias("View")]
    Task<Ticket?> View();
}
