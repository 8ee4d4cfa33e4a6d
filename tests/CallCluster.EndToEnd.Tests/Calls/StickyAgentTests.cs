using CallCluster.EndToEnd.Tests.Peers;
using CallCluster.EndToEnd.Tests.Processes;

namespace CallCluster.EndToEnd.Tests.Calls;

/// <summary>Callers who ring again and come to the agent whom they had, and callers whose number leads to one agent of a queue. sipp is trunk and phones; each of its runs calls from the same number.</summary>
public sealed class StickyAgentTests : IDisposable
{
    private static readonly TimeSpan StickyFor = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan SecondStep = TimeSpan.FromSeconds(5);
    private readonly ScratchDirectory _scratch = new();

    [Fact]
    public async Task The_agent_of_last_time_comes_first_for_a_while_and_the_one_who_is_demanded_until_the_second_step()
    {
        var port = FreePorts.One();
        var configuration = new CallClusterConfiguration(_scratch)
            .With("Numbers", "6000", "\"queue:support\"").With("Numbers", "6001", "\"queue:support/alice\"")
            .With("Queues", "support", $$"""{ "StickyFor": "{{StickyFor:c}}", "Steps": [ { "Needs": { "support": 1 } }, { "After": "{{SecondStep:c}}" } ] }""")
            .With("Agents", "alice", Agent("Available")).With("Agents", "bob", Agent("Away"));
        await using var server = await CallClusterProcess.Start(configuration);
        await using var phones = await SippCalls.Agents(_scratch, port, SippCalls.Parties(1001, 6));

        // Nobody else is there.
        await Calls("6000", 0.5);
        await server.Put("agents/bob/presence", new { presence = "Available" });
        // Bob has been idle longer by far.
        await server.Put("agents/alice/presence", new { presence = "Away" });
        await server.Put("agents/alice/presence", new { presence = "Available" });
        await Calls("6000", 0.5);

        // Alice talks to one who demands her, though bob is free; the next caller of the same number waits for her, and then takes him.
        await using var asksForAlice = SippCalls.Callers(_scratch, server.SipPort, "6001", SippCalls.Parties(10, 1), TimeSpan.FromSeconds(6));
        await Eventually.Becomes(() => server.Get("agents/alice"), alice => (string?)alice["presence"] == "Busy", "alice has the caller who asks for her");
        await Calls("6000", 0.5);
        await asksForAlice.Succeeded(TimeSpan.FromSeconds(30));
        await server.IsIdle();

        // She is away: who demands her takes bob when the second step begins.
        await server.Put("agents/alice/presence", new { presence = "Away" });
        await Calls("6001", 0.5);
        await server.IsIdle();

        var records = (await server.Records(5)).OrderBy(record => (DateTimeOffset)record["offeredAt"]!).ToArray();
        Assert.Equal(["alice", "alice", "alice", "bob", "bob"], records.Select(record => (string?)record["agent"]));
        Assert.Equal(["CallerLooked", "OneAgent", "OneAgent", "CallerLooked", "CallerLooked"], records.Select(record => (string?)record["assignments"]![0]!["reason"]!["side"]));
        Assert.InRange(Waited(records[1]), TimeSpan.Zero, TimeSpan.FromSeconds(2));
        Assert.InRange(Waited(records[2]), TimeSpan.Zero, TimeSpan.FromSeconds(2));
        Assert.InRange(Waited(records[3]), StickyFor, StickyFor + TimeSpan.FromSeconds(2));
        Assert.InRange(Waited(records[4]), SecondStep, SecondStep + TimeSpan.FromSeconds(2));
        Assert.Contains(records[2]["steps"]!.AsArray(), step => (string?)step!["what"] == "waits for alice");

        async Task Calls(string number, double seconds)
        {
            await using var caller = SippCalls.Callers(_scratch, server.SipPort, number, SippCalls.Parties(20, 1), TimeSpan.FromSeconds(seconds));
            await caller.Succeeded(TimeSpan.FromSeconds(30));
        }

        string Agent(string presence) => $$"""{ "Contact": "sip:agent@127.0.0.1:{{port}}", "Queues": ["support"], "Skills": { "support": 1 }, "Presence": "{{presence}}" }""";
    }

    public void Dispose() => _scratch.Dispose();

    private static TimeSpan Waited(System.Text.Json.Nodes.JsonNode record) => (DateTimeOffset)record["connectedAt"]! - (DateTimeOffset)record["queuedAt"]!;
}
