using CallCluster.EndToEnd.Tests.Audio;
using CallCluster.EndToEnd.Tests.Peers;
using CallCluster.EndToEnd.Tests.Processes;
using CallCluster.Host.Tests.Events;

namespace CallCluster.EndToEnd.Tests.Cluster;

/// <summary>The one stream of events, heard at every node of a cluster while a silo is killed.</summary>
public sealed class EventStreamTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private readonly ScratchDirectory _scratch = new();

    [Fact]
    public async Task A_call_is_heard_at_edge_and_silo_alike_and_whoever_listens_is_told_when_the_silo_began_anew()
    {
        using var patience = new CancellationTokenSource(Patience);
        var agentPort = FreePorts.One();
        await using var redis = await RedisServer.Start(_scratch);
        CallClusterConfiguration silo = Configuration("silo-1", redis, agentPort), edge = Configuration("edge-1", redis, agentPort);
        await using var first = await CallClusterProcess.Start(silo, "silo");
        await using var edgeProcess = await CallClusterProcess.Start(edge, "edge");
        using HttpClient siloHttp = Client(silo), edgeHttp = Client(edge);
        Listener atSilo = new(siloHttp, "?type=call.*"), atEdge = new(edgeHttp, "?type=call.*");
        await atEdge.Begin(patience.Token);
        atSilo.LastEventId = atEdge.LastEventId;

        AudioParty[] callerParties = SippCalls.Parties(1, 1), agentParties = SippCalls.Parties(1001, 1);
        await using var agents = await SippCalls.Agents(_scratch, agentPort, agentParties);
        await using var callers = SippCalls.Callers(_scratch, edgeProcess.SipPort, "6000", callerParties, TimeSpan.FromSeconds(2));
        await using var conversation = new Conversation(() => [.. callers.LogLines, .. agents.LogLines], [.. callerParties, .. agentParties]);
        var heardAtEdge = await UntilEnded(atEdge, patience.Token);
        Assert.Equal(heardAtEdge, await UntilEnded(atSilo, patience.Token));
        Assert.Equal(["Queued", "Ringing", "Connected", "ended"], heardAtEdge.Select(heard => heard.What).Where(what => what != "Offered").Distinct());
        await conversation.Stop();

        first.Signal(UnixSignal.Kill);
        await first.WaitForExit(Eventually.Patience);
        await using var second = await CallClusterProcess.Start(silo, "silo");
        foreach (var listener in (Listener[])[atSilo, atEdge])
        {
            await foreach (var heard in listener.Listen(patience.Token))
            {
                Assert.Equal(("reset", "Restarted"), (heard.Type, (string?)heard.Data["reason"]));
                break;
            }
        }
    }

    public void Dispose() => _scratch.Dispose();

    private static HttpClient Client(CallClusterConfiguration node) => new() { BaseAddress = new Uri($"http://127.0.0.1:{node.ApiPort}") };

    private static async Task<List<(string Id, string What)>> UntilEnded(Listener listener, CancellationToken cancellation)
    {
        var heard = new List<(string, string)>();
        await foreach (var happened in listener.Listen(cancellation))
        {
            var isEnd = happened.Type == "call.ended";
            heard.Add((happened.Id, isEnd ? "ended" : (string)happened.Data["data"]!["state"]!));
            if (isEnd) break;
        }
        return heard;
    }

    private CallClusterConfiguration Configuration(string name, RedisServer redis, int agentPort) => new CallClusterConfiguration(_scratch, name)
        .InCluster(redis)
        .With("Numbers", "6000", "\"queue:support\"").With("Queues", "support", "{}").WithAgents("a", 1, agentPort, "support");
}
