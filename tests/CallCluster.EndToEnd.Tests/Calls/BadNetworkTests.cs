using CallCluster.EndToEnd.Tests.Audio;
using CallCluster.EndToEnd.Tests.Peers;
using CallCluster.EndToEnd.Tests.Processes;
using CallCluster.EndToEnd.Tests.Relay;

namespace CallCluster.EndToEnd.Tests.Calls;

/// <summary>SIP over UDP through networks that lose, double and reorder a tenth of all datagrams, on both sides of the edge.</summary>
[Collection(TestCollections.Alone)]
public sealed class BadNetworkTests(ITestOutputHelper output) : IDisposable
{
    private const int Calls = 40;
    private readonly ScratchDirectory _scratch = new();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Every_call_sets_up_once_and_ends(int seed)
    {
        var agentPort = FreePorts.One();
        await using var agentNetwork = new LossyUdpRelay(agentPort, 0.1, seed);
        var configuration = new CallClusterConfiguration(_scratch)
            .With("Numbers", "6000", "\"queue:support\"").With("Queues", "support", "{}").WithAgents("a", Calls, agentNetwork.FrontPort, "support");
        await using var server = await CallClusterProcess.Start(configuration);
        await using var trunkNetwork = new LossyUdpRelay(server.SipPort, 0.1, seed + 1000);
        AudioParty[] callerParties = SippCalls.Parties(1, Calls), agentParties = SippCalls.Parties(1001, Calls);
        await using var agents = await SippCalls.Agents(_scratch, agentPort, agentParties, contactPort: agentNetwork.FrontPort, options: SippRun.Tolerant);
        await using var callers = SippCalls.Callers(_scratch, trunkNetwork.FrontPort, "6000", callerParties, TimeSpan.FromSeconds(5), perSecond: 20, trunkNetwork.BackPort, SippRun.Tolerant);
        await using var conversation = new Conversation(() => [.. callers.LogLines, .. agents.LogLines], [.. callerParties, .. agentParties]);

        var called = await callers.Finished(TimeSpan.FromSeconds(80));
        await server.IsIdle();
        var answered = await agents.Stop();
        await conversation.Stop();
        output.WriteLine($"seed {seed}; trunk's network {trunkNetwork}; agents' network {agentNetwork}");

        Assert.True(called is { Successful: Calls, Failed: 0 }, $"{called}");
        Assert.True(answered.Calls == Calls, $"{answered}");
        AudioAssert.TalkedInPairs(callerParties, agentParties, TimeSpan.FromSeconds(1));
        var records = await server.Records(Calls);
        Assert.Equal(Calls, records.Length);
        Assert.All(records, record => Assert.Equal("Answered", (string?)record["outcome"]));
        Assert.Equal(Calls, records.Select(record => (string?)record["sipCallId"]).Distinct().Count());
    }

    public void Dispose() => _scratch.Dispose();
}
