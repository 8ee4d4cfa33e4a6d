using CallCluster.Contracts.Calls;

namespace CallCluster.Grains.Calls;

/// <summary>Where exactly a call is: the states of DESIGN section 4, cut at each thing that the call waits for.</summary>
public enum CallPhase
{
    /// <summary>The trunk has been asked for a channel; nothing else is done until it answers or is found silent.</summary>
    AcquiringChannel,
    /// <summary>Greeting and menu of a flow.</summary>
    Greeting,
    /// <summary>An agent has been asked for directly (destination agent:ID), or for a waiting caller whom a supervisor has picked.</summary>
    Reserving,
    /// <summary>Waits in a queue.</summary>
    Queued,
    /// <summary>An agent's phone is being called.</summary>
    Ringing,
    /// <summary>A trunk has been asked for an outbound channel.</summary>
    AcquiringTrunk,
    /// <summary>A destination outside is being called.</summary>
    Dialling,
    /// <summary>Joined with an agent or a party outside.</summary>
    Connected,
    /// <summary>Joined with an agent who transfers the call to another, who is being asked for. The first may hang up meanwhile.</summary>
    Transferring,
    /// <summary>Hears the greeting of a voicemail box.</summary>
    VoicemailGreeting,
    /// <summary>Hears the beep; whoever hangs up before its end leaves no message.</summary>
    VoicemailBeep,
    /// <summary>Speaks a message.</summary>
    Recording,
    /// <summary>The message's ticket is being stored.</summary>
    StoringTicket,
    /// <summary>Hears the thanks that follow the commit.</summary>
    Thanking,
    /// <summary>Over for the caller; what is owed (ticket, record, farewell to the edge) is settled.</summary>
    Ended,
    /// <summary>Begins at our side, or goes on there: an edge is asked to carry it.</summary>
    FindingEdge,
    /// <summary>A trunk has been asked for the channel of the party who is to be the caller.</summary>
    AcquiringCallersTrunk,
    /// <summary>The party who is to be the caller is being called; an agent who was rung first waits on the line.</summary>
    DiallingCaller,
    /// <summary>A callback that did not reach the caller; the next comes when its deadline does.</summary>
    CallbackPause,
    /// <summary>The edge writes down that a message will be spoken; the beep follows.</summary>
    PreparingMessage,
}
