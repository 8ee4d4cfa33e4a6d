using CallCluster.EndToEnd.Tests.Audio;
using CallCluster.EndToEnd.Tests.Peers;
using CallCluster.EndToEnd.Tests.Processes;

namespace CallCluster.EndToEnd.Tests.Calls;

/// <summary>A trunk that we register with: Kamailio as registrar and as the proxy in front of a carrier.</summary>
[Collection(TestCollections.Alone)]
public sealed class RegisteredTrunkTests : IDisposable
{
    private readonly ScratchDirectory _scratch = new();

    [Fact]
    public async Task Calls_go_both_ways_through_a_registrar_that_records_its_route()
    {
        var (carrierPort, calledPort, agentPort) = (FreePorts.One(), FreePorts.One(), FreePorts.One());
        await using var kamailio = await Kamailio.Start(_scratch, carrierPort, calledPort);
        await using var server = await CallClusterProcess.Start(Registering(carrierPort, "wonderland")
            // Which address SDP has to name, only the STUN server knows.
            .With("Media", "Address", "\"0.0.0.0\"").With("Media", "AdvertisedAddress", $"\"stun:127.0.0.1:{carrierPort}\"")
            .With("Numbers", "6000", "\"tel:+15550199\"").With("Numbers", "cc", "\"queue:support\"").With("Queues", "support", "{}").WithAgents("a", 1, agentPort, "support"));
        AudioParty[] callerParties = SippCalls.Parties(1, 3), outsideParties = SippCalls.Parties(1001, 1), agentParties = SippCalls.Parties(2001, 1);
        await using var outside = await SippCalls.Agents(_scratch, calledPort, outsideParties);
        await using var agents = await SippCalls.Agents(_scratch, agentPort, agentParties);
        await Eventually.Becomes(() => server.Get("trunks/carrier"), trunk => (bool?)trunk["registered"] == true && (bool?)trunk["up"] == true, "the trunk is registered and up");
        Assert.Equal(1, await server.Metric("callcluster_trunk_up", "trunk=\"carrier\""));

        await using var outbound = SippCalls.Callers(_scratch, server.SipPort, "6000", callerParties[..1], TimeSpan.FromSeconds(1));
        await outbound.Succeeded(TimeSpan.FromSeconds(20));
        await using var inbound = SippCalls.Callers(_scratch, carrierPort, "cc", callerParties[1..2], TimeSpan.FromSeconds(1));
        await inbound.Succeeded(TimeSpan.FromSeconds(20));
        // The password changes here before it does there: the new one is refused, the former one is tried once more.
        _scratch.Write("cc.secret", "lookingglass");
        var before = kamailio.Count("GOT INVITE");
        await using var overlapping = SippCalls.Callers(_scratch, server.SipPort, "6000", callerParties[2..], TimeSpan.FromSeconds(1));
        await overlapping.Succeeded(TimeSpan.FromSeconds(20));
        Assert.Equal(3, kamailio.Count("GOT INVITE") - before);
        await server.IsIdle();

        await server.WaitForLog($"STUN server stun:127.0.0.1:{carrierPort} sees this edge at 127.0.0.1", TimeSpan.FromSeconds(1));
        Assert.All((string[])[.. outside.LogLines, .. agents.LogLines], line => Assert.DoesNotContain("0.0.0.0", line, StringComparison.Ordinal));
        var records = await server.Records(3);
        Assert.All(records, record => Assert.Equal("Answered", (string?)record["outcome"]));
        Assert.Equal("carrier", (string?)records[0]["outboundTrunk"]);
        Assert.Equal(("support", "carrier"), ((string?)records[1]["queue"], (string?)records[1]["trunk"]));
        Assert.Equal("carrier", (string?)records[2]["outboundTrunk"]);
        foreach (var party in (AudioParty[])[.. callerParties, .. outsideParties, .. agentParties]) party.Dispose();
    }

    [Fact]
    public async Task A_wrong_password_and_a_silent_proxy_are_seen_in_the_API()
    {
        var carrierPort = FreePorts.One();
        var kamailio = await Kamailio.Start(_scratch, carrierPort, 9);
        await using var server = await CallClusterProcess.Start(Registering(carrierPort, "guess"));
        var refused = await Eventually.Becomes(() => server.Get("trunks/carrier"), trunk => (bool?)trunk["registered"] == false && (bool?)trunk["up"] == true, "the trunk is up but not registered");
        Assert.StartsWith("REGISTER: 401", (string?)refused["detail"], StringComparison.Ordinal);
        await server.WaitForLog("is not registered with", TimeSpan.FromSeconds(5));
        await kamailio.DisposeAsync();
    }

    public void Dispose() => _scratch.Dispose();

    private CallClusterConfiguration Registering(int port, string password) => new CallClusterConfiguration(_scratch)
        .With("Trunks", "carrier", $$"""
            { "AllowFrom": ["127.0.0.1/32"], "Proxy": "sip:127.0.0.1:{{port}}", "Username": "cc", "PasswordFile": "{{_scratch.Write("cc.secret", password)}}", "Realm": "carrier.test", "Register": true, "ProbeInterval": "00:00:01" }
            """)
        .With("Outbound", "Routes", """[{ "Prefix": "+1", "Trunks": ["carrier"] }]""");
}
