using CallCluster.Contracts.Calls;

namespace CallCluster.Grains.Tests.Calls;

/// <summary>The ways through a call, line by line, each ending with the call's end.</summary>
internal static class Paths
{
    public static readonly Dictionary<string, (string Destination, CallOutcome Outcome, Action<CallStory>[] Lines)> All = new()
    {
        ["straight to a free agent"] = ("queue:support", CallOutcome.Answered,
        [
            s => s.IsOffered(), s => s.ChannelIsGranted(), s => s.AgentIsReserved(), s => s.AgentRings(), s => s.AgentAnswers(), s => s.CallerIsConfirmed(),
            s => s.After(5), s => s.AgentHangsUp(),
        ]),
        ["a wait with music, then a second agent"] = ("queue:sales", CallOutcome.Answered,
        [
            s => s.IsOffered(), s => s.ChannelIsGranted(), s => s.After(3), s => s.AgentIsReserved("bob"), s => s.AgentRings(), s => s.AgentLegEnds(LegEndCause.Busy),
            s => s.After(3), s => s.AgentIsReserved("alice"), s => s.AgentRings(), s => s.AgentAnswers(), s => s.After(5), s => s.AgentHangsUp(),
        ]),
        ["a menu, then a queue"] = ("flow:main", CallOutcome.Answered,
        [
            s => s.IsOffered(), s => s.ChannelIsGranted(), s => s.PromptEnds(), s => s.Keys("2"), s => s.Keys("#"), s => s.AgentIsReserved(),
            s => s.AgentAnswers(), s => s.AgentHangsUp(),
        ]),
        ["one agent by name"] = ("agent:alice", CallOutcome.Answered,
        [
            s => s.IsOffered(), s => s.ChannelIsGranted(), s => s.DirectAgentIsReserved(), s => s.AgentRings(), s => s.AgentAnswers(), s => s.AgentHangsUp(),
        ]),
        ["overflow to voicemail"] = ("queue:support", CallOutcome.Voicemail,
        [
            s => s.IsOffered(), s => s.ChannelIsGranted(), s => s.After(3), s => s.Overflows("voicemail:support"), s => s.PromptEnds(), s => s.PromptEnds(),
            s => s.After(4), s => s.Keys("#"), s => s.RecordingEnds(), s => s.TicketIsStored(), s => s.PromptEnds(),
        ]),
        ["a number outside, by the second trunk"] = ("tel:+15550199", CallOutcome.Answered,
        [
            s => s.IsOffered(), s => s.ChannelIsGranted(), s => s.OutboundIsGranted(), s => s.FromEdge(new LegEnded(s.Call.Outbound!.Leg, LegEndCause.Failed, 503, null)),
            s => s.OutboundIsGranted(), s => s.FromEdge(new LegRinging(s.Call.Outbound!.Leg)), s => s.FromEdge(new LegAnswered(s.Call.Outbound!.Leg)), s => s.CallerIsConfirmed(),
            s => s.FromEdge(new LegEnded(s.Call.Outbound!.Leg, LegEndCause.RemoteHangup, null, null)),
        ]),
        ["refused by the trunk"] = ("queue:support", CallOutcome.Refused,
        [
            s => s.IsOffered(), s => s.Post(new ChannelRefused("carrier", TimeSpan.FromSeconds(5))),
        ]),
    };

    public static TheoryData<string> Names => new(All.Keys);

    /// <summary>Every path with every number of lines told.</summary>
    public static TheoryData<string, int> Prefixes
    {
        get
        {
            var data = new TheoryData<string, int>();
            foreach (var (name, path) in All)
                for (var lines = 1; lines <= path.Lines.Length; lines++)
                    data.Add(name, lines);
            return data;
        }
    }

    public static CallStory Tell(string name, int lines)
    {
        var story = new CallStory(All[name].Destination);
        for (var line = 0; line < lines; line++) All[name].Lines[line](story);
        return story;
    }
}
