using CallCluster.EndToEnd.Tests.Peers;
using CallCluster.EndToEnd.Tests.Processes;

namespace CallCluster.EndToEnd.Tests.Calls;

/// <summary>A supervisor picks and moves callers who wait: sipp is the trunk and the phones.</summary>
public sealed class WaitingCallerTests : IDisposable
{
    private readonly ScratchDirectory _scratch = new();

    [Fact]
    public async Task Complaint_16_the_second_in_line_is_picked_and_the_first_is_moved_to_another_queue_and_a_third_is_evicted()
    {
        var (sams, sues) = (FreePorts.One(), FreePorts.One());
        var configuration = new CallClusterConfiguration(_scratch)
            .With("Numbers", "6000", "\"queue:support\"").With("Queues", "support", "{ }").With("Queues", "sales", "{ }")
            .WithAgents("sam", 1, sams, "other").With("Queues", "other", "{ }")
            .WithAgents("sue", 1, sues, "sales")
            .With("Agents", "away", $$"""{ "Contact": "sip:away@127.0.0.1:{{FreePorts.One()}}", "Queues": ["support"], "Presence": "Away" }""");
        await using var server = await CallClusterProcess.Start(configuration);
        await using var samsPhone = await SippCalls.Agents(_scratch, sams, SippCalls.Parties(1001, 1));
        await using var suesPhone = await SippCalls.Agents(_scratch, sues, SippCalls.Parties(2001, 1));

        await using var first = SippCalls.Callers(_scratch, server.SipPort, "6000", SippCalls.Parties(1, 1), TimeSpan.FromSeconds(1));
        var one = await Waiting(server, 1);
        await using var second = SippCalls.Callers(_scratch, server.SipPort, "6000", SippCalls.Parties(2, 1), TimeSpan.FromSeconds(1));
        var two = await Waiting(server, 2);

        await server.Post($"queues/support/callers/{two}/pick", new { agent = "sam1" });
        await second.Succeeded(TimeSpan.FromSeconds(30));
        Assert.Equal(one, (string?)Assert.Single(await server.List("queues/support/callers"))!["callId"]);
        await server.Post($"queues/support/callers/{one}/move", new { to = "queue:sales" });
        await first.Succeeded(TimeSpan.FromSeconds(30));
        await server.IsIdle();

        var records = await server.Records(2);
        Assert.Equal(["Answered sam1 support", "Answered sue1 sales"], records.Select(record => $"{record["outcome"]} {record["agent"]} {record["queue"]}").Order());
        Assert.Contains(records, record => record["steps"]!.AsArray().Any(step => (string?)step!["what"] == "picked for sam1"));
        Assert.Contains(records, record => record["steps"]!.AsArray().Any(step => (string?)step!["what"] == "moved from support to queue:sales"));

        await using var third = SippCalls.Callers(_scratch, server.SipPort, "6000", SippCalls.Parties(3, 1), TimeSpan.FromSeconds(1));
        await server.Delete($"queues/support/callers/{await Waiting(server, 1)}");
        await server.IsIdle();
        Assert.Contains(await server.Records(3), record => (string?)record["outcome"] == "Refused");
    }

    public void Dispose() => _scratch.Dispose();

    /// <summary>The call id of the last in line, once so many wait.</summary>
    private static async Task<string> Waiting(CallClusterProcess server, int count) =>
        (string)(await Eventually.Becomes(() => server.List("queues/support/callers"), callers => callers.Count == count, $"{count} callers wait"))[count - 1]!["callId"]!;
}
