using CallCluster.Contracts.Calls;
using CallCluster.Grains.Machines;

namespace CallCluster.Grains.Calls;

/// <summary>What an agent does in a conversation by the API: as by the phone's REFER, or what a phone cannot do for both sides.</summary>
public sealed partial class CallMachine
{
    /// <param name="agent">The agent who asks, to whom other calls are unknown; null when it may be any.</param>
    /// <param name="change">What to do. What is so already is not done again.</param>
    /// <param name="now">The time.</param>
    /// <param name="effects">What follows.</param>
    public ConversationChangeStatus ChangeConversation(string? agent, ConversationChange change, DateTimeOffset now, Effects effects) => Ask(now, effects, ConversationChangeStatus.UnknownCall, call =>
    {
        if (agent is not null && call.Agent?.AgentId != agent) return ConversationChangeStatus.UnknownCall;
        if (call.Agent is not { Leg: not 0 } with || !IsTalking(call)) return ConversationChangeStatus.NotWithAgent;
        return change switch
        {
            TransferCaller transfer => Transfer(transfer.To, with, call),
            HoldCaller => Hold(true, with, call),
            ResumeCaller => Hold(false, with, call),
            _ => ConversationChangeStatus.NotWithAgent,
        };
    });

    private ConversationChangeStatus Transfer(string to, AgentOffer agent, StoredCall call)
    {
        if (call.Transfer is not null) return call.LastTransfer is { State: TransferState.Pending } last && last.To == to ? ConversationChangeStatus.Accepted : ConversationChangeStatus.TransferUnderWay;
        return TransferTo(to, agent, call) ? ConversationChangeStatus.Accepted : ConversationChangeStatus.NobodyThere;
    }

    private ConversationChangeStatus Hold(bool holds, AgentOffer agent, StoredCall call)
    {
        if (agent.Holds == holds) return ConversationChangeStatus.Accepted;
        call.Agent = agent with { Holds = holds };
        Step(call, holds ? $"{agent.AgentId} holds the caller" : $"{agent.AgentId} talks on with the caller");
        _effects.Persist();
        JoinAudio(call);
        return ConversationChangeStatus.Accepted;
    }

    /// <summary>The caller hears music, the agent nothing; a supervisor who is there waits with them.</summary>
    private void HoldAudio(StoredCall call)
    {
        Send(new UnbridgeLeg(0));
        if (call.Supervision is { Joined: true } supervision) Send(new MixLegs([new LegHearing(supervision.Leg, [])]));
        Send(new HoldLeg(call.Agent!.Leg));
        PlayMusic(call);
    }

    private void PlayMusic(StoredCall call)
    {
        var music = call.Queue is { } queue && Routing.Queues.TryGetValue(queue, out var options) ? options.Music : null;
        Send(new Play(0, Stamp(0), [music ?? "hold"], call.Language, Loop: true, StopOnDigit: false));
    }
}
