using System.Globalization;
using CallCluster.Contracts.Calls;
using CallCluster.Contracts.Configuration;
using CallCluster.Contracts.Queues;

namespace CallCluster.Grains.Calls;

/// <summary>From destination to destination.</summary>
public sealed partial class CallMachine
{
    /// <summary>More destinations in one call mean that flows or overflow rules lead in a circle.</summary>
    private const int MaxHops = 10;

    /// <param name="to">A destination.</param>
    /// <param name="call">The call.</param>
    /// <param name="reason">What led there, for a ticket.</param>
    private void Route(string to, StoredCall call, string reason = "Direct")
    {
        call.Destination = to;
        if (++call.Hops > MaxHops)
        {
            Step(call, $"routed in a circle: {to} would be destination number {call.Hops}");
            GoBackOrRefuse(482, "routing loop", null, call);
            return;
        }
        if (!Destination.TryParse(to, out var destination))
        {
            NotConfigured(to, call);
            return;
        }
        switch (destination.Kind)
        {
            case DestinationKind.Flow: EnterFlow(destination.Target, call); break;
            case DestinationKind.Queue: EnterQueue(destination.Queue, call, destination.AgentOfQueue); break;
            case DestinationKind.Agent: EnterReserving(destination.Target, call); break;
            case DestinationKind.Voicemail: EnterVoicemail(destination.Target, reason, call); break;
            case DestinationKind.Tel or DestinationKind.Sip: EnterOutbound(destination, call); break;
            case DestinationKind.Callback: EnterCallback(destination.Target, call); break;
            case DestinationKind.Hangup:
                Step(call, to);
                var isStatus = int.TryParse(destination.Target, NumberStyles.None, CultureInfo.InvariantCulture, out var status) && status is >= 300 and <= 699;
                Refuse(isStatus ? status : 480, null, call);
                break;
            default: NotConfigured(to, call); break;
        }
    }

    /// <summary>Validation lets no such name in; a reload between two steps of a call can.</summary>
    private void NotConfigured(string to, StoredCall call)
    {
        Step(call, $"{to} is not configured");
        GoBackOrRefuse(call.Hops == 1 ? 404 : 480, $"{to} is not configured", null, call);
    }

    /// <summary>Ends the call from our side, with a status for a caller who was not answered.</summary>
    private void Refuse(int status, string? reason, StoredCall call)
    {
        call.EndStatus = status;
        call.EndReason = reason;
        End(OutcomeSoFar(call), "callcluster", LeaveReason.Gone, call);
    }

    /// <summary>The outcome of a call that we end now.</summary>
    private static CallOutcome OutcomeSoFar(StoredCall call) => call switch
    {
        { Voicemail.RecordingId: not null } => CallOutcome.Voicemail,
        { ConnectedAt: not null } => CallOutcome.Answered,
        { Offer.Placed: not null, AnsweredAt: null } or { Callback.Noted: true } => CallOutcome.NotReached,
        _ => CallOutcome.Refused,
    };
}
