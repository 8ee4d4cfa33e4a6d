using CallCluster.EndToEnd.Tests.Audio;
using CallCluster.EndToEnd.Tests.Peers;
using CallCluster.EndToEnd.Tests.Processes;

namespace CallCluster.EndToEnd.Tests.Calls;

/// <summary>Three phones ring together, sipps all of them; one has the caller, and the others hear why they ring no more.</summary>
public sealed class RingAllTests : IDisposable
{
    private const string Elsewhere = "SIP;cause=200;text=\"Call completed elsewhere\"";
    private readonly ScratchDirectory _scratch = new();

    [Theory]
    [InlineData("agent-silent")]
    [InlineData("agent-late")] // its 200 is under way when the other's wins
    public async Task The_first_to_answer_has_the_caller_and_the_others_are_told_that_it_was_completed_elsewhere(string loser)
    {
        int winnerPort = FreePorts.One(), silentPort = FreePorts.One(), loserPort = FreePorts.One();
        var configuration = new CallClusterConfiguration(_scratch)
            .With("Numbers", "6000", "\"queue:support\"")
            .With("Queues", "support", """{ "Strategy": "RingAll" }""")
            .WithAgents("silent", 1, silentPort, "support").WithAgents("loser", 1, loserPort, "support").WithAgents("winner", 1, winnerPort, "support");
        await using var server = await CallClusterProcess.Start(configuration);
        AudioParty[] callerParties = SippCalls.Parties(1, 1), agentParties = SippCalls.Parties(1001, 1);
        await using var winner = await SippCalls.Agents(_scratch, winnerPort, agentParties, ring: TimeSpan.FromSeconds(1));
        await using var silent = await SippCalls.Agents(_scratch, silentPort, "agent-silent");
        await using var other = await SippCalls.Agents(_scratch, loserPort, loser);
        await using var caller = SippCalls.Callers(_scratch, server.SipPort, "6000", callerParties, TimeSpan.FromSeconds(2));
        await using var conversation = new Conversation(() => [.. caller.LogLines, .. winner.LogLines], [.. callerParties, .. agentParties]);

        await caller.Succeeded(TimeSpan.FromSeconds(30));
        await server.IsIdle();
        await conversation.Stop();

        AudioAssert.TalkedInPairs(callerParties, agentParties, TimeSpan.FromSeconds(0.6));
        await silent.Says("CANCELLED", Elsewhere);
        await other.Says("CANCELLED", Elsewhere);
        if (loser == "agent-late") await other.Says("HUNG UP", Elsewhere);
        var record = (await server.Records(1))[0];
        Assert.Equal(("Answered", "winner1"), ((string?)record["outcome"], (string?)record["agent"]));
        Assert.Equal(["loser1", "silent1", "winner1"], record["assignments"]!.AsArray().Select(assignment => (string)assignment!["agent"]!).Order());
        // Nobody who rang in vain has failed to respond.
        foreach (var agent in (string[])["silent1", "loser1"]) Assert.Equal("Available", (string?)(await server.Get($"agents/{agent}"))["presence"]);
    }

    public void Dispose() => _scratch.Dispose();
}
