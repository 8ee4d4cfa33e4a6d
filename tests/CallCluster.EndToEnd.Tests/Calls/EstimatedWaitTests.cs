using CallCluster.EndToEnd.Tests.Peers;
using CallCluster.EndToEnd.Tests.Processes;

namespace CallCluster.EndToEnd.Tests.Calls;

/// <summary>A queue that sends callers elsewhere by how long they would wait. sipp is trunk and phones.</summary>
public sealed class EstimatedWaitTests : IDisposable
{
    private const int Served = 10;
    private readonly ScratchDirectory _scratch = new();

    [Fact]
    public async Task Nobody_is_sent_away_while_the_wait_is_not_known_and_then_whoever_would_wait_too_long()
    {
        var (alicePort, bobPort) = (FreePorts.One(), FreePorts.One());
        var configuration = new CallClusterConfiguration(_scratch)
            .With("Numbers", "6000", "\"queue:support\"")
            .With("Queues", "support", """{ "Overflow": [ { "When": "EstimatedWait", "Over": "00:00:00.1", "To": "queue:backup" } ] }""").With("Queues", "backup", "{ }")
            .With("Agents", "alice", $$"""{ "Contact": "sip:alice@127.0.0.1:{{alicePort}}", "Queues": ["support"] }""")
            .With("Agents", "bob", $$"""{ "Contact": "sip:bob@127.0.0.1:{{bobPort}}", "Queues": ["backup"] }""");
        await using var server = await CallClusterProcess.Start(configuration);
        await using var alice = await SippCalls.Agents(_scratch, alicePort, SippCalls.Parties(1001, Served + 1));
        await using var bob = await SippCalls.Agents(_scratch, bobPort, SippCalls.Parties(2001, 1));

        // All at once, for one agent: nine of them wait, and the queue knows nothing yet.
        await using (var callers = SippCalls.Callers(_scratch, server.SipPort, "6000", SippCalls.Parties(1, Served), TimeSpan.FromSeconds(0.3), perSecond: 100)) await callers.Succeeded(TimeSpan.FromSeconds(60));
        await server.IsIdle();
        Assert.NotNull((await server.Get("queues/support"))["estimatedWait"]);

        // Nobody would wait for an agent who is free; the next one would.
        await using var first = SippCalls.Callers(_scratch, server.SipPort, "6000", SippCalls.Parties(20, 1), TimeSpan.FromSeconds(4));
        await Eventually.Becomes(() => server.Get("agents/alice"), agent => (string?)agent["presence"] == "Busy", "alice has a caller");
        await using (var second = SippCalls.Callers(_scratch, server.SipPort, "6000", SippCalls.Parties(30, 1), TimeSpan.FromSeconds(0.3))) await second.Succeeded(TimeSpan.FromSeconds(30));
        await first.Succeeded(TimeSpan.FromSeconds(30));
        await server.IsIdle();

        var records = await server.Records(Served + 2);
        Assert.Equal(Served + 1, records.Count(record => (string?)record["agent"] == "alice"));
        var sent = Assert.Single(records, record => (string?)record["agent"] == "bob");
        Assert.Equal(("backup", "Answered"), ((string?)sent["queue"], (string?)sent["outcome"]));
        Assert.Contains(sent["steps"]!.AsArray(), step => (string?)step!["what"] == "overflow of support by EstimatedWait -> queue:backup");
    }

    public void Dispose() => _scratch.Dispose();
}
