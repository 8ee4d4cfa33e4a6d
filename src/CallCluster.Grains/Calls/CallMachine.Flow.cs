using CallCluster.Contracts.Calls;
using CallCluster.Contracts.Configuration;
using CallCluster.Grains.Flows;

namespace CallCluster.Grains.Calls;

/// <summary>A flow in a call: carries out what <see cref="FlowMachine"/> decides.</summary>
public sealed partial class CallMachine
{
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
        if (call.Phase == CallPhase.Queued) OnQueuedDigit(digit.Digit, call);
        else if (call.Phase != CallPhase.Greeting) OnVoicemailDigit(digit.Digit, call);
        else if (InFlow(call, out var flow))
        {
            _effects.Persist();
            Obey(FlowMachine.OnDigit(call.Flow!, flow, digit.Digit, _now), flow, call);
        }
    }

    private void OnPlaybackFinished(PlaybackFinished finished, StoredCall call)
    {
        if (finished.PlayId != call.PlayId) return;
        if (call.Phase is CallPhase.Queued or CallPhase.Reserving or CallPhase.Ringing) OnQueuedPrompt(call);
        else if (call.Phase != CallPhase.Greeting) OnVoicemailPrompt(call);
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
