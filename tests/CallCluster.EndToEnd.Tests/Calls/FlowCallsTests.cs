using CallCluster.EndToEnd.Tests.Audio;
using CallCluster.EndToEnd.Tests.Peers;
using CallCluster.EndToEnd.Tests.Processes;
using CallCluster.EndToEnd.Tests.Relay;

namespace CallCluster.EndToEnd.Tests.Calls;

/// <summary>Agents' phones (baresip) that are only reached over the flow by which they registered (PROTOCOL rule 7).</summary>
public sealed class FlowCallsTests : IDisposable
{
    private const double CallerTone = 440;
    private const double AgentTone = 880;
    private readonly ScratchDirectory _scratch = new();
    private readonly TlsMaterial _tls;

    public FlowCallsTests() => _tls = new TlsMaterial(_scratch);

    [Theory]
    [InlineData("tcp", true)]
    [InlineData("tls", true)]
    [InlineData("tls", false)]
    public async Task A_phone_on_a_connection_is_called_and_hung_up_over_it(string transport, bool callerHangsUp)
    {
        var (configuration, tlsPort) = WithTls();
        await using var server = await CallClusterProcess.Start(configuration);
        await using var alice = await BaresipPhone.Start(_scratch, "alice", transport == "tls" ? tlsPort : server.SipPort, AgentTone, "wonderland", transport: transport,
            configuration: _tls.Baresip("alice", "alice.example"));

        await CallsAlice(server, server, alice, callerHangsUp);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_phone_behind_a_NAT_is_called_and_hung_up_through_it(bool callerHangsUp)
    {
        await using var server = await CallClusterProcess.Start(Configuration("callcluster"));
        await using var nat = new LossyUdpRelay(server.SipPort, chance: 0, seed: 1);
        await using var alice = await BaresipPhone.Start(_scratch, "alice", nat.FrontPort, AgentTone, "wonderland");
        await alice.Registered();
        var registered = nat.Passed;

        await CallsAlice(server, server, alice, callerHangsUp);

        // INVITE, 180, 200, ACK, BYE, 200 at least: none went to the Contact, though it can be reached here.
        Assert.True(nat.Passed >= registered + 6, nat.ToString());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_phone_on_another_edges_connection_is_called_through_that_edge(bool callerHangsUp)
    {
        _tls.Issue("edge", "127.0.0.1");
        var tlsPort = FreePorts.One();
        await using var redis = await RedisServer.Start(_scratch);
        var siloConfiguration = Configuration("silo-1").InCluster(redis);
        var second = Configuration("edge-2").InCluster(redis);
        second.With("Sip", "Listen", $"""["udp:127.0.0.1:{second.SipPort}", "tls:127.0.0.1:{tlsPort}"]""").With("Sip", "Tls", _tls.Section("edge"));
        await using var silo = await CallClusterProcess.Start(siloConfiguration, "silo");
        await using var edge1 = await CallClusterProcess.Start(Configuration("edge-1").InCluster(redis), "edge");
        await using var edge2 = await CallClusterProcess.Start(second, "edge");
        await using var alice = await BaresipPhone.Start(_scratch, "alice", tlsPort, AgentTone, "wonderland", transport: "tls", configuration: _tls.Baresip("alice", "alice.example"));

        await CallsAlice(edge1, silo, alice, callerHangsUp);

        Assert.True(await edge2.Metric("callcluster_sip_forwarded_total", "kind=\"request\"") >= 3, await edge2.Metrics()); // INVITE, ACK, BYE
    }

    public void Dispose()
    {
        _tls.Dispose();
        _scratch.Dispose();
    }

    private async Task CallsAlice(CallClusterProcess edge, CallClusterProcess silo, BaresipPhone alice, bool callerHangsUp)
    {
        await alice.Registered();
        await Eventually.Becomes(() => silo.Get("agents/alice"), agent => (string?)agent["presence"] == "Available", "alice is available once her phone is registered");
        await using var caller = await BaresipPhone.Start(_scratch, "caller", edge.SipPort, CallerTone);

        await caller.Dial($"sip:support@127.0.0.1:{edge.SipPort}");
        await alice.Established();
        await caller.Established();
        await caller.HearsFor(TimeSpan.FromSeconds(1.5));
        await alice.HearsFor(TimeSpan.FromSeconds(1.5));
        await (callerHangsUp ? caller : alice).HangUp();
        await (callerHangsUp ? alice : caller).Closed();
        await silo.IsIdle();

        Assert.InRange(Tone.Heard(await caller.Heard(), AgentTone).TotalSeconds, 1, 20);
        Assert.InRange(Tone.Heard(await alice.Heard(), CallerTone).TotalSeconds, 1, 20);
    }

    private (CallClusterConfiguration Configuration, int TlsPort) WithTls()
    {
        _tls.Issue("edge", "127.0.0.1");
        var tlsPort = FreePorts.One();
        var configuration = Configuration("callcluster");
        configuration.With("Sip", "Listen", $"""["udp:127.0.0.1:{configuration.SipPort}", "tcp:127.0.0.1:{configuration.SipPort}", "tls:127.0.0.1:{tlsPort}"]""")
            .With("Sip", "Tls", _tls.Section("edge"));
        return (configuration, tlsPort);
    }

    private CallClusterConfiguration Configuration(string name) => new CallClusterConfiguration(_scratch, name)
        .With("Sip", "DigestAlgorithms", """["Md5"]""").With("Numbers", "support", "\"queue:support\"").With("Queues", "support", "{}").WithRegisteringAgent("alice", "wonderland", "support");
}
