using Orleans.Concurrency;

namespace CallCluster.Contracts.Tickets;

/// <summary>One callback ticket (key: ticket id).</summary>
[Alias("CallCluster.Ticket")]
public interface ITicketGrain : IGrainWithStringKey
{
    /// <summary>Stores the ticket or its newer version; answered to the call by <see cref="Calls.TicketStored"/>.</summary>
    [OneWay, Alias("Post")]
    Task Post(TicketMessage message);

    [ReadOnly, AlwaysInterleave, Alias("View")]
    Task<Ticket?> View();
}
