using CallCluster.Contracts.Calls;
using CallCluster.Contracts.Edges;
using CallCluster.Contracts.Tickets;

namespace CallCluster.Host.Tests.Api;

/// <summary>What the cluster is told before a test asks the API about it.</summary>
internal static class Given
{
    /// <summary>An open ticket of box "support", of a call that nobody knows.</summary>
    public static Ticket Ticket(string id) => new()
    {
        Id = id,
        CallId = "call-of-nobody",
        Box = "support",
        Caller = "+15550199",
        Dialled = "1",
        Reason = "NoAgents",
        Waited = TimeSpan.Zero,
        CreatedAt = DateTimeOffset.UnixEpoch,
        Duration = TimeSpan.FromSeconds(1),
        Status = TicketStatus.Open,
    };

    /// <summary>The first events of a call from a trunk, or from none.</summary>
    public static EdgeEvents Offered(string edge, IEdgeObserver observer, string destination, string? trunk = null) => new()
    {
        EdgeId = edge,
        Observer = observer,
        Epoch = 1,
        FirstSequence = 1,
        Incarnation = 0,
        LastCommand = 0,
        Events = [new CallOffered(new CallOffer { Trunk = trunk, Caller = "+15550199", Dialled = "1", Destination = destination, ReceivedAt = DateTimeOffset.UtcNow, SipCallId = "x" })],
    };

    /// <summary>An edge's first word.</summary>
    public static EdgeHeartbeat Heartbeat(IEdgeObserver observer, params string[] calls) => new()
    {
        Observer = observer,
        ProcessId = Guid.NewGuid(),
        Number = 1,
        Draining = false,
        Started = calls,
        Ended = [],
        Full = true,
        MaxCalls = 50,
        Listeners = ["udp:127.0.0.1:5060"],
        PortsInUse = 0,
    };
}
