using CallCluster.EndToEnd.Tests.Audio;
using CallCluster.EndToEnd.Tests.Peers;
using CallCluster.EndToEnd.Tests.Processes;

namespace CallCluster.EndToEnd.Tests.Calls;

/// <summary>SIP over TLS with sipp behind stunnel4, with baresip, and with kamailio.</summary>
public sealed class TlsCallsTests : IDisposable
{
    private const double CallerTone = 440;
    private const double AgentTone = 880;
    private readonly ScratchDirectory _scratch = new();
    private readonly TlsMaterial _tls;

    public TlsCallsTests() => _tls = new TlsMaterial(_scratch);

    [Fact]
    public async Task A_trunk_calls_over_TLS_before_and_after_the_certificate_was_renewed()
    {
        var agentPort = FreePorts.One();
        _tls.Issue("edge", "127.0.0.1");
        var (configuration, tlsPort) = Configuration();
        configuration.With("Numbers", "6000", "\"queue:support\"").With("Queues", "support", "{}").WithAgents("a", 1, agentPort, "support");
        await using var server = await CallClusterProcess.Start(configuration);
        var agentParties = SippCalls.Parties(1001, 2);
        await using var agents = await SippCalls.Agents(_scratch, agentPort, agentParties);

        await CallThroughStunnel(1);
        _tls.ChangeAuthority(); // who verifies by the new authority meets the old certificate no more
        _tls.Issue("edge", "127.0.0.1");
        await Eventually.Becomes(() => TlsProbe.Issuer(tlsPort), issuer => issuer.Contains("Second", StringComparison.Ordinal), "the renewed certificate is shown");
        await CallThroughStunnel(2);

        await server.IsIdle();
        Assert.True(await server.Metric("callcluster_sip_tls_handshakes_total", "result=\"done\"") >= 2);
        foreach (var party in agentParties) party.Dispose();

        async Task CallThroughStunnel(int identity)
        {
            var port = FreePorts.One();
            await using var tunnel = await StunnelClient.Start(_scratch, port, tlsPort, _tls.AuthorityFile($"caller{identity}"));
            var parties = SippCalls.Parties(identity, 1);
            await using var caller = SippCalls.Callers(_scratch, port, "6000", parties, TimeSpan.FromMilliseconds(500), options: ["-t", "t1"]);
            var result = await caller.Finished(TimeSpan.FromSeconds(20));
            Assert.True(result.Successful == 1, $"{result}\n{tunnel.Output}");
            foreach (var party in parties) party.Dispose();
        }
    }

    [Fact]
    public async Task A_caller_over_TLS_is_hung_up_over_its_own_connection()
    {
        _tls.Issue("edge", "127.0.0.1");
        var (configuration, tlsPort) = Configuration();
        await using var bob = await BaresipPhone.Start(_scratch, "bob", FreePorts.One(), AgentTone);
        configuration.With("Numbers", "6000", "\"queue:support\"").With("Queues", "support", "{}")
            .With("Agents", "bob", $$"""{ "Contact": "sip:bob@127.0.0.1:{{bob.SipPort}}", "Queues": ["support"] }""");
        await using var server = await CallClusterProcess.Start(configuration);
        await using var caller = await BaresipPhone.Start(_scratch, "caller", tlsPort, CallerTone, transport: "tls", configuration: _tls.Baresip("caller", "caller.example"));

        await caller.Dial($"sip:6000@127.0.0.1:{tlsPort};transport=tls");
        await caller.Established();
        await caller.HearsFor(TimeSpan.FromSeconds(1.5));
        await bob.HearsFor(TimeSpan.FromSeconds(1.5));
        await bob.HangUp();
        await caller.Closed();
        await server.IsIdle();

        Assert.InRange(Tone.Heard(await caller.Heard(), AgentTone).TotalSeconds, 1, 20);
        Assert.InRange(Tone.Heard(await bob.Heard(), CallerTone).TotalSeconds, 1, 20);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_carriers_proxy_stays_in_the_way_over_TLS_in_both_directions(bool callerHangsUp)
    {
        _tls.Issue("edge", "127.0.0.1");
        var (configuration, tlsPort) = Configuration();
        await using var bob = await BaresipPhone.Start(_scratch, "bob", FreePorts.One(), AgentTone);
        configuration.With("Numbers", "6000", "\"queue:support\"").With("Queues", "support", "{}")
            .With("Agents", "bob", $$"""{ "Contact": "sip:bob@127.0.0.1:{{bob.SipPort}}", "Queues": ["support"] }""");
        await using var server = await CallClusterProcess.Start(configuration);
        var (proxyUdp, proxyTls) = (FreePorts.One(), FreePorts.One());
        await using var carrier = await KamailioTlsProxy.Start(_scratch, proxyUdp, proxyTls, tlsPort, _tls);
        await using var caller = await BaresipPhone.Start(_scratch, "caller", proxyUdp, CallerTone);

        await caller.Dial($"sip:6000@127.0.0.1:{proxyUdp}");
        await caller.Established();
        await caller.HearsFor(TimeSpan.FromSeconds(1.5));
        await (callerHangsUp ? caller : bob).HangUp();
        await (callerHangsUp ? bob : caller).Closed();
        await server.IsIdle();

        Assert.InRange(Tone.Heard(await caller.Heard(), AgentTone).TotalSeconds, 1, 20);
        // Who hangs up from here has to open a connection to the proxy's own TLS port, which it names in its Record-Route, and to verify it.
        Assert.Equal(callerHangsUp ? 0 : 1, await server.Metric("callcluster_sip_tls_handshakes_total", "side=\"opened\""));
    }

    [Theory]
    [InlineData("carrier.example", true)]
    [InlineData("other.example", false)] // a certificate from the same authority
    public async Task A_trunk_is_known_by_its_certificate_alone(string certified, bool isTaken)
    {
        _tls.Issue("edge", "127.0.0.1");
        var (configuration, tlsPort) = Configuration();
        var (proxyUdp, proxyTls, agentPort) = (FreePorts.One(), FreePorts.One(), FreePorts.One());
        configuration.With("Trunks", "carrier", """{ "AllowCertificates": ["carrier.example"] }""")
            .With("Numbers", "6000", "\"queue:support\"").With("Queues", "support", "{}").WithAgents("a", 1, agentPort, "support");
        await using var server = await CallClusterProcess.Start(configuration);
        AudioParty[] callers = SippCalls.Parties(1, 1), called = SippCalls.Parties(1001, 1);
        await using var agents = await SippCalls.Agents(_scratch, agentPort, called);
        await using var carrier = await KamailioTlsProxy.Start(_scratch, proxyUdp, proxyTls, tlsPort, _tls, certified);

        await using var caller = SippCalls.Callers(_scratch, proxyUdp, "6000", callers, TimeSpan.FromMilliseconds(300));
        var result = await caller.Finished(TimeSpan.FromSeconds(20));
        await server.IsIdle();

        Assert.True(result.Successful == (isTaken ? 1 : 0), $"{result}");
        Assert.Equal(isTaken ? 0 : 1, await server.Metric("callcluster_edge_calls_refused_total", "reason=\"CertificateOfNoTrunk\""));
        if (isTaken) Assert.Equal("carrier", (string?)(await server.Records(1))[0]["trunk"]);
        else Assert.Contains("403 Certificate Of No Trunk", result.Errors, StringComparison.Ordinal);
        if (!isTaken) await server.WaitForLog("calls with a verified certificate for other.example, 127.0.0.1", TimeSpan.FromSeconds(5));
        foreach (var party in (AudioParty[])[.. callers, .. called]) party.Dispose();
    }

    public void Dispose()
    {
        _tls.Dispose();
        _scratch.Dispose();
    }

    private (CallClusterConfiguration Configuration, int TlsPort) Configuration()
    {
        var configuration = new CallClusterConfiguration(_scratch);
        var port = FreePorts.One();
        configuration.With("Sip", "Listen", $"""["udp:127.0.0.1:{configuration.SipPort}", "tls:127.0.0.1:{port}"]""").With("Sip", "Tls", _tls.Section("edge"));
        return (configuration, port);
    }
}
