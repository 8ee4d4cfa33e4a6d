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

    [Fact]
    public async Task A_phone_on_a_connection_is_called_and_hung_up_over_it()
    {
        var (configuration, tlsPort) = WithTls();
        await using var server = await CallClusterProcess.Start(configuration);
        await using var alice = await Phone("alice", tlsPort, "tls");
        await using var bob = await Phone("bob", tlsPort, "tls");
        await using var carol = await Phone("carol", server.SipPort, "tcp");

        await Task.WhenAll(Calls("alice", server, server, alice, callerHangsUp: true), Calls("bob", server, server, bob, callerHangsUp: false), Calls("carol", server, server, carol, callerHangsUp: true));
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

        await Calls("alice", server, server, alice, callerHangsUp);

        // INVITE, 180, 200, ACK, BYE, 200 at least: none went to the Contact, though it can be reached here.
        Assert.True(nat.Passed >= registered + 6, nat.ToString());
    }

    [Fact]
    public async Task A_phone_on_another_edges_connection_is_called_and_hung_up_through_that_edge()
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
        await using var alice = await Phone("alice", tlsPort, "tls");
        await using var bob = await Phone("bob", tlsPort, "tls");

        await Task.WhenAll(Calls("alice", edge1, silo, alice, callerHangsUp: true), Calls("bob", edge1, silo, bob, callerHangsUp: false));

        Assert.True(await edge2.Metric("callcluster_sip_forwarded_total", "kind=\"request\"") >= 5, await edge2.Metrics()); // INVITE and ACK of both calls, BYE of one
    }

    public void Dispose()
    {
        _tls.Dispose();
        _scratch.Dispose();
    }

    private Task<BaresipPhone> Phone(string agent, int port, string transport) =>
        BaresipPhone.Start(_scratch, agent, port, AgentTone, "wonderland", transport: transport, configuration: _tls.Baresip(agent, $"{agent}.example"));

    private async Task Calls(string agent, CallClusterProcess edge, CallClusterProcess silo, BaresipPhone phone, bool callerHangsUp)
    {
        await phone.Registered();
        await Eventually.Becomes(() => silo.Get($"agents/{agent}"), view => (string?)view["presence"] == "Available", $"{agent} is available once the phone is registered");
        await using var caller = await BaresipPhone.Start(_scratch, $"caller-of-{agent}", edge.SipPort, CallerTone);

        await caller.Dial($"sip:{agent}@127.0.0.1:{edge.SipPort}");
        await phone.Established();
        await caller.Established();
        await caller.HearsFor(TimeSpan.FromSeconds(1.5));
        await phone.HearsFor(TimeSpan.FromSeconds(1.5));
        await (callerHangsUp ? caller : phone).HangUp();
        await (callerHangsUp ? phone : caller).Closed();
        await silo.IsIdle();

        Assert.InRange(Tone.Heard(await caller.Heard(), AgentTone).TotalSeconds, 1, 20);
        Assert.InRange(Tone.Heard(await phone.Heard(), CallerTone).TotalSeconds, 1, 20);
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

    private CallClusterConfiguration Configuration(string name)
    {
        var configuration = new CallClusterConfiguration(_scratch, name).With("Sip", "DigestAlgorithms", """["Md5"]""");
        foreach (var agent in (string[])["alice", "bob", "carol"])
            configuration.With("Numbers", agent, $"\"queue:{agent}\"").With("Queues", agent, "{}").WithRegisteringAgent(agent, "wonderland", agent);
        return configuration;
    }
}
