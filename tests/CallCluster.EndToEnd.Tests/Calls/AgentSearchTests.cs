using CallCluster.EndToEnd.Tests.Audio;
using CallCluster.EndToEnd.Tests.Peers;
using CallCluster.EndToEnd.Tests.Processes;

namespace CallCluster.EndToEnd.Tests.Calls;

/// <summary>When the first agent's phone does not take the call.</summary>
public sealed class AgentSearchTests : IDisposable
{
    private readonly ScratchDirectory _scratch = new();

    [Theory]
    [InlineData("agent-busy")]
    [InlineData("agent-silent")]
    public async Task The_next_agent_gets_the_caller_who_keeps_the_place(string scenario)
    {
        int deafPort = FreePorts.One(), goodPort = FreePorts.One();
        var configuration = new CallClusterConfiguration(_scratch)
            .With("Numbers", "6000", "\"queue:support\"")
            .With("Queues", "support", """{ "RingTimeout": "00:00:02" }""")
            .With("Agents", "deaf", $$"""{ "Contact": "sip:deaf@127.0.0.1:{{deafPort}}", "Queues": ["support"] }""")
            .With("Agents", "good", $$"""{ "Contact": "sip:good@127.0.0.1:{{goodPort}}", "Queues": ["support"], "Presence": "Away" }""");
        await using var server = await CallClusterProcess.Start(configuration);
        await using var deaf = await SippCalls.Agents(_scratch, deafPort, scenario);
        AudioParty[] callerParties = SippCalls.Parties(1, 2), agentParties = SippCalls.Parties(1001, 2);
        await using var good = await SippCalls.Agents(_scratch, goodPort, agentParties);

        // Only the deaf phone is there when the first caller comes; a second caller lines up behind; then somebody who answers comes in.
        await using var first = SippCalls.Callers(_scratch, server.SipPort, "6000", callerParties[..1], TimeSpan.FromSeconds(1));
        var offered = await Eventually.Becomes(() => server.List("calls"), calls => calls.Any(call => (string?)call!["state"] is "Ringing" or "Queued"), "the first caller is in line");
        await using var second = SippCalls.Callers(_scratch, server.SipPort, "6000", callerParties[1..], TimeSpan.FromSeconds(1));
        await Eventually.Becomes(() => server.List("calls"), calls => calls.Count == 2, "the second caller is in line");
        await using var conversation = new Conversation(() => [.. first.LogLines, .. second.LogLines, .. good.LogLines], [.. callerParties, .. agentParties]);
        await Eventually.Becomes(() => server.Get("agents/deaf"), agent => (string?)agent["presence"] == "NotResponding", "the deaf agent is seen not to respond");
        await server.Put("agents/good/presence", new { presence = "Available" });

        await first.Succeeded(TimeSpan.FromSeconds(20));
        await second.Succeeded(TimeSpan.FromSeconds(20));
        await server.IsIdle();
        await conversation.Stop();

        AudioAssert.TalkedInPairs(callerParties, agentParties, TimeSpan.FromSeconds(0.6));
        var records = (await server.Records(2)).OrderBy(record => (DateTimeOffset)record["connectedAt"]!).ToArray();
        Assert.Equal((string?)offered[0]!["id"], (string?)records[0]["id"]);
        Assert.All(records, record => Assert.Equal("good", (string?)record["agent"]));
        await Statistics.AgreeWith(records, server);
        var unanswered = await deaf.Stop();
        Assert.True(unanswered is { Calls: >= 1, Failed: 0 }, $"{unanswered}");
    }

    [Fact]
    public async Task A_caller_who_gives_up_waiting_leaves_the_queue()
    {
        var configuration = new CallClusterConfiguration(_scratch).With("Numbers", "6000", "\"queue:support\"").With("Queues", "support", """{ "ShortAbandon": "00:00:00" }""");
        await using var server = await CallClusterProcess.Start(configuration);
        using var caller = RawSip.Udp(server.SipPort);
        var invite = caller.Invite("6000");

        await caller.Send(invite);
        await caller.Status(182);
        Assert.Equal(1, (int)(await server.Get("queues/support"))["waiting"]!);
        await caller.Send(RawSip.Cancel(invite));
        await caller.Acknowledge(invite, await caller.Status(487));
        await server.IsIdle();

        var records = await server.Records(1);
        Assert.Equal("Abandoned", (string?)records[0]["outcome"]);
        await Statistics.AgreeWith(records, server);
        Assert.Equal(1, (int)(await server.Get("queues/support"))["abandoned"]!);
    }

    public void Dispose() => _scratch.Dispose();
}
