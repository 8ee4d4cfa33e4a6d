using CallCluster.EndToEnd.Tests.Audio;
using CallCluster.EndToEnd.Tests.Peers;
using CallCluster.EndToEnd.Tests.Processes;

namespace CallCluster.EndToEnd.Tests.Calls;

/// <summary>Needs that are relaxed while a caller waits: sipp is the trunk and the novice's phone.</summary>
public sealed class SkillStepsTests : IDisposable
{
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(3);
    private readonly ScratchDirectory _scratch = new();

    [Theory]
    [InlineData("Away", true)] // logged in: may come back in time
    [InlineData("Offline", false)] // nobody could ever meet the first step
    public async Task The_novice_is_called_when_the_second_step_begins_or_at_once_when_no_expert_is_logged_in(string expert, bool waits)
    {
        var port = FreePorts.One();
        var configuration = new CallClusterConfiguration(_scratch)
            .With("Numbers", "6000", "\"queue:support\"")
            .With("Queues", "support", $$"""{ "Strategy": "MostSkilled", "Steps": [ { "Needs": { "support": 3 }, "Prefers": { "es": 1 } }, { "After": "{{Step:c}}", "Needs": { "support": 1 } } ] }""")
            .With("Agents", "expert", $$"""{ "Contact": "sip:expert@127.0.0.1:{{FreePorts.One()}}", "Queues": ["support"], "Skills": { "support": 5, "es": 4 }, "Presence": "{{expert}}" }""")
            .With("Agents", "novice", $$"""{ "Contact": "sip:novice@127.0.0.1:{{port}}", "Queues": ["support"], "Skills": { "support": 1 } }""")
            .With("Agents", "stranger", $$"""{ "Contact": "sip:stranger@127.0.0.1:{{port}}", "Queues": ["support"] }""");
        await using var server = await CallClusterProcess.Start(configuration);
        AudioParty[] callerParties = SippCalls.Parties(1, 1), agentParties = SippCalls.Parties(1001, 1);
        await using var phone = await SippCalls.Agents(_scratch, port, agentParties);
        await using var caller = SippCalls.Callers(_scratch, server.SipPort, "6000", callerParties, TimeSpan.FromSeconds(5));
        await using var conversation = new Conversation(() => [.. caller.LogLines, .. phone.LogLines], [.. callerParties, .. agentParties]);

        var live = await Eventually.Becomes(() => server.List("calls"), calls => calls is [{ } call] && call["assignments"]!.AsArray() is [_], "the caller has an agent");
        Assert.StartsWith("novice ", (string?)(await server.Get($"calls/{(string?)live[0]!["id"]}"))["assignments"]![0]!["why"], StringComparison.Ordinal);
        await caller.Succeeded(TimeSpan.FromSeconds(30));
        await server.IsIdle();
        await conversation.Stop();

        AudioAssert.TalkedInPairs(callerParties, agentParties, TimeSpan.FromSeconds(0.6));
        var record = (await server.Records(1))[0];
        Assert.Equal(("Answered", "novice"), ((string?)record["outcome"], (string?)record["agent"]));
        var waited = (DateTimeOffset)record["connectedAt"]! - (DateTimeOffset)record["queuedAt"]!;
        Assert.True(waited >= Step == waits, $"The caller waited {waited}.");
        var why = Assert.Single(record["assignments"]!.AsArray())!;
        Assert.Equal(("support", "novice", 2), ((string?)why["queue"], (string?)why["agent"], (int)why["reason"]!["step"]!));
        Assert.Contains("step 2 of 2 (support 1)", (string?)why["why"], StringComparison.Ordinal);
        var answered = await phone.Stop();
        Assert.True(answered is { Calls: 1, Failed: 0 }, $"{answered}");
    }

    [Fact]
    public async Task A_caller_of_support_reaches_an_agent_of_sales_when_the_step_widens_and_is_counted_once()
    {
        var port = FreePorts.One();
        var configuration = new CallClusterConfiguration(_scratch)
            .With("Numbers", "6000", "\"queue:support\"")
            .With("Queues", "support", $$"""{ "Steps": [ { }, { "After": "{{Step:c}}", "Queues": ["sales"] } ] }""")
            .With("Queues", "sales", "{ }")
            .With("Agents", "sue", $$"""{ "Contact": "sip:sue@127.0.0.1:{{FreePorts.One()}}", "Queues": ["support"], "Presence": "Away" }""")
            .WithAgents("sam", 1, port, "sales");
        await using var server = await CallClusterProcess.Start(configuration);
        await using var phone = await SippCalls.Agents(_scratch, port, SippCalls.Parties(1001, 1));
        await using var caller = SippCalls.Callers(_scratch, server.SipPort, "6000", SippCalls.Parties(1, 1), TimeSpan.FromSeconds(1));

        await caller.Succeeded(TimeSpan.FromSeconds(30));
        await server.IsIdle();

        var record = (await server.Records(1))[0];
        Assert.Equal(("Answered", "support", "sam1"), ((string?)record["outcome"], (string?)record["queue"], (string?)record["agent"]));
        Assert.StartsWith("sam1 of sales ", (string?)record["assignments"]![0]!["why"], StringComparison.Ordinal);
        Assert.True((DateTimeOffset)record["connectedAt"]! - (DateTimeOffset)record["queuedAt"]! >= Step);
        Assert.Equal((1, 1, 0), ((int)(await server.Get("queues/support"))["offered"]!, (int)(await server.Get("queues/support"))["answered"]!, (int)(await server.Get("queues/sales"))["offered"]!));
    }

    public void Dispose() => _scratch.Dispose();
}
