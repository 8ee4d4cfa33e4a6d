using CallCluster.EndToEnd.Tests.Audio;
using CallCluster.EndToEnd.Tests.Peers;
using CallCluster.EndToEnd.Tests.Processes;

namespace CallCluster.EndToEnd.Tests.Cluster;

/// <summary>Edge and silo as two processes that share nothing but Redis and the network.</summary>
public sealed class RolesApartTests : IDisposable
{
    private readonly ScratchDirectory _scratch = new();

    [Fact]
    public async Task A_call_goes_through_edge_and_silo()
    {
        var agentPort = FreePorts.One();
        await using var redis = await RedisServer.Start(_scratch);
        CallClusterConfiguration silo = Configuration("silo-1", redis, agentPort), edge = Configuration("edge-1", redis, agentPort);
        await using var siloProcess = await CallClusterProcess.Start(silo, "silo");
        await using var edgeProcess = await CallClusterProcess.Start(edge, "edge");
        AudioParty[] callerParties = SippCalls.Parties(1, 5), agentParties = SippCalls.Parties(1001, 5);
        await using var agents = await SippCalls.Agents(_scratch, agentPort, agentParties);
        await using var callers = SippCalls.Callers(_scratch, edgeProcess.SipPort, "6000", callerParties, TimeSpan.FromSeconds(8));
        await using var conversation = new Conversation(() => [.. callers.LogLines, .. agents.LogLines], [.. callerParties, .. agentParties]);

        var connected = await Eventually.Becomes(() => siloProcess.List("calls"), calls => calls.Any(call => (string?)call!["state"] == "Connected"), "the silo shows a connected call");
        var called = await callers.Finished(TimeSpan.FromSeconds(30));
        await siloProcess.IsIdle();
        await conversation.Stop();

        Assert.True(called is { Successful: 5, Failed: 0 }, $"{called}\n{edgeProcess.Log}");
        Assert.All(connected, call => Assert.Equal("edge-1", (string?)call!["edge"]));
        AudioAssert.TalkedInPairs(callerParties, agentParties, TimeSpan.FromSeconds(1.5));
        Assert.Equal(5, (await siloProcess.Records(5)).Length);
    }

    public void Dispose() => _scratch.Dispose();

    private CallClusterConfiguration Configuration(string name, RedisServer redis, int agentPort) => new CallClusterConfiguration(_scratch, name)
        .InCluster(redis)
        .With("Numbers", "6000", "\"queue:support\"").With("Queues", "support", "{}").WithAgents("a", 5, agentPort, "support");
}
