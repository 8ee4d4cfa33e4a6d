using System.Globalization;
using CallCluster.Contracts.Calls;
using CallCluster.Contracts.Configuration;
using CallCluster.Contracts.Queues;
using CallCluster.Grains.Flows;

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
            Refuse(482, "routing loop", call);
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
            case DestinationKind.Queue: EnterQueue(destination.Target, call); break;
            case DestinationKind.Agent: EnterReserving(destination.Target, call); break;
            case DestinationKind.Voicemail: EnterVoicemail(destination.Target, reason, call); break;
            case DestinationKind.Hangup:
                Step(call, to);
                Refuse(int.TryParse(destination.Target, NumberStyles.None, CultureInfo.InvariantCulture, out var status) && status is >= 300 and <= 699 ? status : 480, null, call);
                break;
            default: NotConfigured(to, call); break;
        }
    }

    /// <summary>Validation lets no such name in; a reload between two steps of a call can.</summary>
    private void NotConfigured(string to, StoredCall call)
    {
        Step(call, $"{to} is not configured");
        Refuse(call.Hops == 1 ? 404 : 480, $"{to} is not configured", call);
    }

    /// <summary>Ends the call from our side, with a status for a caller who was not answered.</summary>
    private void Refuse(int status, string? reason, StoredCall call)
    {
        call.EndStatus = status;
        call.EndReason = reason;
        End(call.Voicemail is { RecordingId: not null } ? CallOutcome.Voicemail : CallOutcome.Refused, "callcluster", LeaveReason.Gone, call);
    }

    private void EnterFlow(string name, StoredCall call)
    {
        if (!Routing.Flows.TryGetValue(name, out var flow))
        {
            NotConfigured($"flow:{name}", call);
            return;
        }
        call.Language = flow.Languages.Count > 0 ? flow.Languages[0] : null;
        Enter(CallPhase.Greeting, call);
        Step(call, $"flow {name}");
        call.Flow = FlowMachine.Start(name, flow, _now, out var decision);
        if (flow.Greeting is not null || flow.Menu.Count > 0) Answer(call);
        if (flow.Menu.Count > 0) Listen(true, call);
        Obey(decision, flow, call);
    }

    private void Obey(FlowDecision decision, FlowOptions flow, StoredCall call)
    {
        switch (decision.Kind)
        {
            case FlowDecisionKind.Prompt:
                PlayOnce(call, decision.Prompts!, stopOnDigit: flow.Menu.Count > 0);
                break;
            case FlowDecisionKind.Leave:
                LeaveFlow(decision, call);
                return;
        }
        var state = call.Flow!;
        call.Deadline = state.Deadline < state.EndsAt ? state.Deadline : state.EndsAt;
    }

    private void LeaveFlow(FlowDecision decision, StoredCall call)
    {
        if (decision.Why is { } why) Step(call, why);
        if (call.Listening) Listen(false, call);
        call.Flow = null;
        call.PlayId = 0;
        if (decision.To is { } to) Route(to, call);
        else Refuse(480, "no choice made", call);
    }

    /// <summary>The flow's options; ends the call when a reload has removed the flow.</summary>
    private bool InFlow(StoredCall call, out FlowOptions flow)
    {
        if (Routing.Flows.TryGetValue(call.Flow!.Flow, out flow!)) return true;
        NotConfigured($"flow:{call.Flow.Flow}", call);
        return false;
    }

    private void OnDigit(DigitReceived digit, StoredCall call)
    {
        if (digit.Leg != 0) return;
        if (call.Phase != CallPhase.Greeting) OnVoicemailDigit(digit.Digit, call);
        else if (InFlow(call, out var flow))
        {
            _effects.Persist();
            Obey(FlowMachine.OnDigit(call.Flow!, flow, digit.Digit, _now), flow, call);
        }
    }

    private void OnPlaybackFinished(PlaybackFinished finished, StoredCall call)
    {
        if (finished.PlayId != call.PlayId) return;
        if (call.Phase != CallPhase.Greeting) OnVoicemailPrompt(call);
        else if (InFlow(call, out var flow)) Obey(FlowMachine.OnPromptFinished(call.Flow!, flow, _now), flow, call);
    }

    private void OnFlowDue(StoredCall call)
    {
        if (InFlow(call, out var flow)) Obey(FlowMachine.OnDue(call.Flow!, flow, _now), flow, call);
    }

    private void ResumeFlow(StoredCall call)
    {
        if (InFlow(call, out var flow) && FlowMachine.Replay(call.Flow!, flow) is { } prompts) PlayOnce(call, prompts, stopOnDigit: flow.Menu.Count > 0);
    }
}
