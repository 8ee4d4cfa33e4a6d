namespace CallCluster.Contracts.Events;

/// <summary>What can be told to the outside. A kind's name there (<see cref="EventKinds.Name"/>) is its words with a point between the first two: "call.ended".</summary>
public enum EventKind
{
    /// <summary>A call is over; the data is its record.</summary>
    CallEnded,
    TicketCreated,

    /// <summary>The audio of a ticket has come to be known after it was created.</summary>
    TicketUpdated,
    TicketClaimed,
    TicketDone,

    /// <summary>A ticket that was claimed or done is open again.</summary>
    TicketOpened,

    /// <summary>A call is in another state, or with another agent; the data is the call as the API shows it.</summary>
    CallChanged,

    /// <summary>An agent has another presence or other calls; the data is the agent as the API shows it.</summary>
    AgentChanged,
}
