using System.Net;
using System.Net.Sockets;
using CallCluster.EndToEnd.Tests.Audio;
using CallCluster.EndToEnd.Tests.Peers;
using CallCluster.EndToEnd.Tests.Processes;

namespace CallCluster.EndToEnd.Tests.Calls;

/// <summary>RFC 3263: carriers and phones that are known by a domain, which dnsmasq serves.</summary>
public sealed class ServerLocationTests : IDisposable
{
    private readonly ScratchDirectory _scratch = new();

    [Fact]
    public async Task Calls_find_the_server_that_takes_them_behind_one_that_is_silent_one_that_is_gone_and_one_that_is_busy()
    {
        using var silent = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        silent.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        int dnsPort = FreePorts.One(), busyPort = FreePorts.One(), goodPort = FreePorts.One(), nobody = FreePorts.One();
        await using var dns = await Dnsmasq.Start(_scratch, dnsPort,
            "host-record=a.example,127.0.0.1", "host-record=b.example,127.0.0.1",
            $"srv-host=_sip._udp.silent.example,a.example,{((IPEndPoint)silent.LocalEndPoint!).Port},1,1", $"srv-host=_sip._udp.silent.example,b.example,{goodPort},2,1",
            "naptr-record=gone.example,10,10,S,SIP+D2T,,_sip._tcp.gone.example", "naptr-record=gone.example,10,20,S,SIP+D2U,,_sip._udp.gone.example",
            $"srv-host=_sip._tcp.gone.example,a.example,{nobody},1,1", $"srv-host=_sip._udp.gone.example,b.example,{goodPort},1,1",
            $"srv-host=_sip._udp.busy.example,a.example,{busyPort},1,1", $"srv-host=_sip._udp.busy.example,b.example,{goodPort},2,1",
            $"srv-host=_sip._udp.phones.example,b.example,{goodPort},1,1");
        await using var busy = await SippCalls.Agents(_scratch, busyPort, "carrier-503");
        AudioParty[] callerParties = SippCalls.Parties(1, 5), calledParties = SippCalls.Parties(1001, 5);
        await using var good = await SippCalls.Agents(_scratch, goodPort, calledParties);

        await using var server = await CallClusterProcess.Start(new CallClusterConfiguration(_scratch)
            .With("Sip", "Dns", $$"""{ "Servers": ["127.0.0.1:{{dnsPort}}"] }""")
            .With("Trunks", "silent", Trunk("silent", ", \"ResponseTimeout\": \"00:00:01\"")).With("Trunks", "gone", Trunk("gone")).With("Trunks", "busy", Trunk("busy"))
            .With("Outbound", "CallerId", "\"+15550100\"")
            .With("Outbound", "Routes", """[{ "Prefix": "+1", "Trunks": ["silent"] }, { "Prefix": "+2", "Trunks": ["gone"] }, { "Prefix": "+3", "Trunks": ["busy"] }]""")
            .With("Numbers", "6001", "\"tel:+15550199\"").With("Numbers", "6002", "\"tel:+25550199\"").With("Numbers", "6003", "\"tel:+35550199\"").With("Numbers", "6004", "\"agent:alice\"")
            .With("Agents", "alice", """{ "Contact": "sip:alice@phones.example" }"""));
        string[] numbers = ["6001", "6001", "6002", "6003", "6004"];
        for (var i = 0; i < numbers.Length; i++)
        {
            await using var caller = SippCalls.Callers(_scratch, server.SipPort, numbers[i], callerParties[i..(i + 1)], TimeSpan.FromMilliseconds(300));
            var result = await caller.Finished(TimeSpan.FromSeconds(20));
            Assert.True(result.Successful == 1, $"{numbers[i]}: {result}\n{dns.Output}");
        }
        await server.IsIdle();

        var records = await server.Records(5);
        Assert.All(records, record => Assert.Equal("Answered", (string?)record["outcome"]));
        Assert.Equal(["silent", "silent", "gone", "busy", null], records.Select(record => (string?)record["outboundTrunk"]));
        // The second call through "silent" did not try the silent one again.
        Assert.Equal((1, 1, 1), (await Failovers("Silence"), await Failovers("Transport"), await Failovers("Unavailable")));
        foreach (var party in (AudioParty[])[.. callerParties, .. calledParties]) party.Dispose();

        async Task<double> Failovers(string cause) => await server.Metric("callcluster_sip_failovers_total", $"cause=\"{cause}\"");
    }

    [Fact]
    public async Task RFC5922_over_TLS_the_server_that_DNS_names_must_prove_the_domain_that_was_asked_for()
    {
        using var tls = new TlsMaterial(_scratch);
        tls.Issue("edge", "127.0.0.1");
        int dnsPort = FreePorts.One(), edgePort = FreePorts.One(), proxyUdp = FreePorts.One(), proxyTls = FreePorts.One();
        await using var dns = await Dnsmasq.Start(_scratch, dnsPort, "host-record=sbc.hoster.example,127.0.0.1",
            "naptr-record=carrier.example,10,10,S,SIPS+D2T,,_sips._tcp.carrier.example", $"srv-host=_sips._tcp.carrier.example,sbc.hoster.example,{proxyTls},1,1",
            "naptr-record=other.example,10,10,S,SIPS+D2T,,_sips._tcp.other.example", $"srv-host=_sips._tcp.other.example,sbc.hoster.example,{proxyTls},1,1");
        // Its certificate is carrier.example's. It sends OPTIONS back to the edge, which answers them.
        await using var carrier = await KamailioTlsProxy.Start(_scratch, proxyUdp, proxyTls, edgePort, tls);
        var configuration = new CallClusterConfiguration(_scratch);
        configuration.With("Sip", "Dns", $$"""{ "Servers": ["127.0.0.1:{{dnsPort}}"] }""")
            .With("Sip", "Listen", $"""["udp:127.0.0.1:{configuration.SipPort}", "tls:127.0.0.1:{edgePort}"]""").With("Sip", "Tls", tls.Section("edge"))
            .With("Trunks", "right", """{ "Proxy": "sip:carrier.example", "ProbeInterval": "00:00:01" }""")
            .With("Trunks", "wrong", """{ "Proxy": "sip:other.example", "ProbeInterval": "00:00:01" }""");
        await using var server = await CallClusterProcess.Start(configuration);

        await Eventually.Becomes(() => server.Get("trunks/right"), trunk => (bool?)trunk["up"] == true, "the trunk whose domain the certificate has is up");
        await Eventually.Becomes(() => server.Get("trunks/wrong"), trunk => (bool?)trunk["up"] == false, "the trunk whose domain it does not have is down");
        await server.WaitForLog("TLS to other.example: the peer's certificate is for carrier.example, 127.0.0.1", TimeSpan.FromSeconds(5));
    }

    public void Dispose() => _scratch.Dispose();

    // sipp's scenarios begin with INVITE.
    private static string Trunk(string domain, string more = "") => $$"""{ "Proxy": "sip:{{domain}}.example", "ProbeInterval": "00:00:00"{{more}} }""";
}
