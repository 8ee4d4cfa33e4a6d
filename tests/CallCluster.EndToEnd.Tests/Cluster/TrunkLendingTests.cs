using CallCluster.EndToEnd.Tests.Audio;
using CallCluster.EndToEnd.Tests.Peers;
using CallCluster.EndToEnd.Tests.Processes;

namespace CallCluster.EndToEnd.Tests.Cluster;

/// <summary>A trunk that registers is lent to one edge of the cluster at a time: two edges, a silo and Redis, with Kamailio as the registrar.</summary>
public sealed class TrunkLendingTests : IDisposable
{
    private readonly ScratchDirectory _scratch = new();

    [Fact]
    public async Task The_other_edge_registers_when_the_one_that_did_is_killed()
    {
        var agentPort = FreePorts.One();
        await using var kamailio = await Kamailio.Start(_scratch, FreePorts.One(), 9);
        await using var redis = await RedisServer.Start(_scratch);
        await using var silo = await CallClusterProcess.Start(Configuration("silo-1"), "silo");
        await using var first = await CallClusterProcess.Start(Configuration("edge-1"), "edge");
        await Eventually.IsTrue(() => Registered(first) == 1, "the first edge has registered");
        await using var second = await CallClusterProcess.Start(Configuration("edge-2"), "edge");
        // Edges report every three seconds, and the trunk is probed every second: the second edge has asked for it meanwhile.
        var before = kamailio.Count("GOT OPTIONS");
        await Eventually.IsTrue(() => kamailio.Count("GOT OPTIONS") > before + 4, "the trunk is probed for longer than a report takes");
        Assert.Equal((1, 0, 0), (Registered(first), Registered(second), kamailio.Count("GOT OPTIONS from edge-2")));

        first.Signal(UnixSignal.Kill);
        await Eventually.IsTrue(() => Registered(second) == 1, "the second edge has registered");
        await Eventually.Becomes(() => silo.Get("trunks/carrier"), trunk => ((bool?)trunk["registered"], (bool?)trunk["up"]) == (true, true), "the trunk is registered and up");
        AudioParty[] callers = SippCalls.Parties(1, 1), agents = SippCalls.Parties(1001, 1);
        await using var phones = await SippCalls.Agents(_scratch, agentPort, agents);
        await using var caller = SippCalls.Callers(_scratch, kamailio.Port, "cc", callers, TimeSpan.FromSeconds(1));
        await caller.Succeeded(TimeSpan.FromSeconds(20));

        Assert.Equal("edge-2", (string?)(await silo.Records(1))[0]["edge"]);
        Assert.Equal((1, 1), (Registered(first), Registered(second)));
        foreach (var party in (AudioParty[])[.. callers, .. agents]) party.Dispose();

        int Registered(CallClusterProcess edge) => kamailio.Count($"REGISTERED cc at {edge.SipPort}");

        CallClusterConfiguration Configuration(string name) => new CallClusterConfiguration(_scratch, name).InCluster(redis)
            .With("Trunks", "carrier", $$"""
                { "AllowFrom": ["127.0.0.1/32"], "Proxy": "sip:127.0.0.1:{{kamailio.Port}}", "Username": "cc", "PasswordFile": "{{_scratch.Write("cc.secret", "wonderland")}}", "Realm": "carrier.test", "Register": true, "ProbeInterval": "00:00:01" }
                """)
            .With("Numbers", "cc", "\"queue:support\"").With("Queues", "support", "{}").WithAgents("a", 1, agentPort, "support");
    }

    public void Dispose() => _scratch.Dispose();
}
