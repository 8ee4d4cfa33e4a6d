using CallCluster.Contracts.Agents;
using CallCluster.Contracts.Callbacks;
using CallCluster.Contracts.Calls;
using CallCluster.Contracts.Queues;
using CallCluster.Contracts.Trunks;
using CallCluster.Grains.Machines;
using CallCluster.Grains.Tickets;

namespace CallCluster.Grains.Tests.Simulation;

/// <summary>A bug put in on purpose, to see that the simulator finds it.</summary>
internal enum Plant
{
    None,
    /// <summary>An agent accepts a reservation for which there is no room (see <see cref="Simulator.AgentRouting"/>).</summary>
    AgentAcceptsTwo,
    /// <summary>A queue takes a caller in again by a message that is older than the caller's leaving (see <see cref="SimulatedGrains"/>).</summary>
    QueueForgetsWhoLeft,
    /// <summary>A call does not tell its agent that it is over.</summary>
    AgentNotReleased,
    /// <summary>A call does not give its channel back.</summary>
    ChannelNotReleased,
    /// <summary>A call does not give back the channel of its outbound leg.</summary>
    OutboundChannelNotReleased,
    /// <summary>A call ends without a record.</summary>
    RecordNotWritten,
    /// <summary>A call does not store its ticket.</summary>
    TicketNotStored,
    /// <summary>A ticket is told that its creation was announced when it was not.</summary>
    TicketNotAnnounced,
    /// <summary>An agent who comes free tells no queue.</summary>
    AgentSilent,
    /// <summary>A caller who comes back after an unanswered ring gets a new place.</summary>
    PlaceLost,
    /// <summary>A call does not release its supervisor.</summary>
    SupervisorNotReleased,
    /// <summary>A call does not let its supervisor hear anything.</summary>
    SupervisorHearsNothing,
    /// <summary>A call does not part the two whom an agent's hold separates.</summary>
    HeldTalkOn,
    /// <summary>A queue takes the last step of the needs for the first (see <see cref="Simulator.QueueRouting"/>).</summary>
    StepsBeginAtOnce,
    /// <summary>A queue forgets that its needs are relaxed with time.</summary>
    StepsNeverBegin,
    /// <summary>A queue does not let the agents of further queues take its callers.</summary>
    StepsNeverWiden,
    /// <summary>A call lets a phone that answered a moment after another one talk on.</summary>
    SecondAnswerStays,
    /// <summary>A queue does not hear that an agent has logged out (see <see cref="SimulatedGrains"/>): what only the gone could meet is not asked for less.</summary>
    LogoutsUnheard,
    /// <summary>A queue serves the last in line first (see <see cref="SimulatedGrains"/>).</summary>
    LastComeFirst,
    /// <summary>A queue does not have the calls of those who are to be called back woken.</summary>
    CallbacksAsleep,
    /// <summary>A callback that nobody answered leaves no ticket.</summary>
    CallbackWithoutTicket,
    /// <summary>A call forgets which place its caller was told (see <see cref="SimulatedGrains"/>).</summary>
    ToldPositionForgotten,
    /// <summary>A call does not go on with the music when a prompt has ended.</summary>
    MusicStops,
    /// <summary>A queue does not keep callers for the agent whom they had last.</summary>
    StickinessForgotten,
    /// <summary>A queue knows neither hours nor closures.</summary>
    QueueNeverCloses,
    /// <summary>A call tells its queue of an abandoned wait as of one that ended in another way.</summary>
    AbandonedUncounted,
    /// <summary>A call tells its agent of the end of a conversation, and not that there was one.</summary>
    AnswerUncounted,
}

/// <summary>How each planted bug shows in what machines send.</summary>
internal static class Planting
{
    public static Effect? Rewrite(this Plant plant, Effect effect, DateTimeOffset now) => (plant, effect.Payload) switch
    {
        (Plant.AgentNotReleased, AgentReleased) => null,
        (Plant.AbandonedUncounted, Leave { Reason: LeaveReason.Abandoned } leave) => effect with { Payload = leave with { Reason = LeaveReason.Gone } },
        (Plant.AnswerUncounted, AgentAnswered) => null,
        (Plant.AnswerUncounted, AgentReleased released) => effect with { Payload = released with { Answered = false } },
        (Plant.ChannelNotReleased, ReleaseChannel) => null,
        (Plant.OutboundChannelNotReleased, ReleaseChannel { Leg: not 0 }) => null,
        (Plant.RecordNotWritten, CallRecord { Outcome: CallOutcome.Abandoned }) => null,
        (Plant.CallbacksAsleep, AssertCallbacks) => null,
        (Plant.CallbackWithoutTicket, Contracts.Tickets.StoreTicket { Ticket: { Reason: "Callback" } ticket }) => new Effect(EffectKind.ToCall, ticket.CallId, new TicketStored(ticket.Id)),
        (Plant.TicketNotStored, Contracts.Tickets.StoreTicket) => null,
        (Plant.TicketNotAnnounced, TicketNews news) => new Effect(EffectKind.ToTicket, news.Ticket.Id, new TicketAnnounced(news.Id)),
        (Plant.AgentSilent, AgentChanged { Free: > 0 }) => null,
        (Plant.PlaceLost, Enqueue { RefusedBy.Length: > 0 } enqueue) => effect with { Payload = enqueue with { Place = now.UtcTicks } },
        (Plant.SupervisorNotReleased, AgentReleased released) when released.OfferId.Contains("supervisor", StringComparison.Ordinal) => null,
        (Plant.SupervisorHearsNothing, CallCommands commands) => effect with { Payload = commands with { Commands = [.. commands.Commands.Select(command => command is MixLegs ? new StopPlaying(0) { Id = command.Id } : command)] } },
        (Plant.HeldTalkOn, CallCommands commands) => effect with { Payload = commands with { Commands = [.. commands.Commands.Select(command => command is UnbridgeLeg ? new StopPlaying(0) { Id = command.Id } : command)] } },
        (Plant.MusicStops, CallCommands commands) => effect with { Payload = commands with { Commands = [.. commands.Commands.Select(command => command is Play { Loop: true } ? new StopPlaying(0) { Id = command.Id } : command)] } },
        (Plant.SecondAnswerStays, CallCommands commands) => effect with { Payload = commands with { Commands = [.. commands.Commands.Select(command => command is HangUp { Status: 200, Reason: "Call completed elsewhere" } ? new StopPlaying(0) { Id = command.Id } : command)] } },
        _ => effect,
    };
}
