using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using CallCluster.EndToEnd.Tests.Audio;
using CallCluster.EndToEnd.Tests.Peers;
using CallCluster.EndToEnd.Tests.Processes;

namespace CallCluster.EndToEnd.Tests.Calls;

/// <summary>Calls that leave through trunks: sipp as the carriers, sipp and baresip as those who call.</summary>
[Collection(TestCollections.Alone)]
public sealed class OutboundCallsTests : IDisposable
{
    private const double AgentTone = 880;
    private const double OutsideTone = 440;
    private readonly ScratchDirectory _scratch = new();

    [Fact]
    public async Task A_caller_is_connected_with_a_number_outside_through_a_carrier_that_challenges()
    {
        var carrierPort = FreePorts.One();
        await using var server = await CallClusterProcess.Start(Outbound(("out", $$"""
            { "Proxy": "sip:127.0.0.1:{{carrierPort}}", "Username": "cc", "PasswordFile": "{{_scratch.Write("cc.secret", "wonderland")}}", "MaxOutbound": 2 }
            """)).With("Numbers", "6000", "\"tel:+15550199\""));
        AudioParty[] callerParties = SippCalls.Parties(1, 2), outsideParties = SippCalls.Parties(1001, 2);
        await using var carrier = await SippCalls.Carrier(_scratch, carrierPort, "carrier-digest", outsideParties);
        await using var callers = SippCalls.Callers(_scratch, server.SipPort, "6000", callerParties, TimeSpan.FromSeconds(2), perSecond: 5);
        await using var conversation = new Conversation(() => [.. callers.LogLines, .. carrier.LogLines], [.. callerParties, .. outsideParties]);

        var called = await callers.Finished(TimeSpan.FromSeconds(30));
        await server.IsIdle();
        var answered = await carrier.Stop();
        await conversation.Stop();

        Assert.True(called is { ExitCode: 0, Successful: 2, Failed: 0 }, $"{called}");
        Assert.True(answered is { Calls: 2, Failed: 0 }, $"{answered}");
        Assert.Equal(2, carrier.LogLines.Count(line => line == "CALLED +15550199 FROM +15550100"));
        AudioAssert.TalkedInPairs(callerParties, outsideParties, TimeSpan.FromSeconds(1.5));
        var records = await server.Records(2);
        Assert.All(records, record => Assert.Equal(("Answered", "tel:+15550199", "out"), ((string?)record["outcome"], (string?)record["outboundTo"], (string?)record["outboundTrunk"])));
        Assert.Equal((0, 2), ((int)(await server.Get("trunks/out"))["outbound"]!, (int)(await server.Get("trunks/out"))["granted"]!));
    }

    [Fact]
    public async Task The_next_trunk_carries_a_call_that_the_first_refuses_with_503()
    {
        var (busyPort, goodPort) = (FreePorts.One(), FreePorts.One());
        await using var server = await CallClusterProcess.Start(
            Outbound(("busy", $$"""{ "Proxy": "sip:127.0.0.1:{{busyPort}}" }"""), ("good", $$"""{ "Proxy": "sip:127.0.0.1:{{goodPort}}" }""")).With("Numbers", "6000", "\"tel:+15550199\""));
        await using var busy = await SippCalls.Agents(_scratch, busyPort, "carrier-503");
        var record = await Call(server, goodPort);

        Assert.Equal("good", (string?)record["outboundTrunk"]);
        Assert.Contains(record["steps"]!.AsArray(), step => ((string?)step!["what"])!.Contains("through busy: 503", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_next_trunk_carries_a_call_to_which_the_first_is_silent()
    {
        using var silent = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        silent.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var goodPort = FreePorts.One();
        await using var server = await CallClusterProcess.Start(Outbound(
            ("silent", $$"""{ "Proxy": "sip:127.0.0.1:{{((IPEndPoint)silent.LocalEndPoint!).Port}}", "ResponseTimeout": "00:00:00.5" }"""),
            ("good", $$"""{ "Proxy": "sip:127.0.0.1:{{goodPort}}" }""")).With("Numbers", "6000", "\"tel:+15550199\""));
        var record = await Call(server, goodPort);

        Assert.Equal("good", (string?)record["outboundTrunk"]);
        Assert.Contains(record["steps"]!.AsArray(), step => ((string?)step!["what"])!.Contains("through silent: NoAnswer", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_agent_dials_out_where_that_is_allowed_and_nowhere_else()
    {
        await using var outside = await BaresipPhone.Start(_scratch, "+15550199", FreePorts.One(), OutsideTone);
        var configuration = Outbound(("out", $$"""{ "Proxy": "sip:127.0.0.1:{{outside.SipPort}}" }"""))
            .With("Sip", "DigestAlgorithms", """["Md5"]""").With("Outbound", "Allow", """["+1"]""").With("Trunks", "carrier", """{ "AllowFrom": ["203.0.113.0/24"] }""")
            .With("Queues", "support", "{}").WithRegisteringAgent("alice", "wonderland", "support");
        await using var server = await CallClusterProcess.Start(configuration);
        await using var alice = await BaresipPhone.Start(_scratch, "alice", server.SipPort, AgentTone, "wonderland");
        await alice.Registered();

        await alice.Dial($"sip:+4930123@127.0.0.1:{server.SipPort}");
        Assert.Contains("403 Outbound Destination Not Allowed", (string?)(await alice.Event("CALL_CLOSED"))["param"], StringComparison.Ordinal);
        using var stranger = RawSip.Udp(server.SipPort);
        Assert.StartsWith("SIP/2.0 401 ", await stranger.FinalResponse(stranger.Invite("+15550199")), StringComparison.Ordinal);

        await alice.Dial($"sip:+15550199@127.0.0.1:{server.SipPort}");
        await outside.Established();
        await alice.Established();
        await alice.HearsFor(TimeSpan.FromSeconds(1.5));
        await outside.HearsFor(TimeSpan.FromSeconds(1.5));
        await alice.HangUp();
        await outside.Closed();
        await server.IsIdle();

        Assert.InRange(Tone.Heard(await alice.Heard(), OutsideTone).TotalSeconds, 1, 20);
        Assert.InRange(Tone.Heard(await outside.Heard(), AgentTone).TotalSeconds, 1, 20);
        Assert.Equal(("tel:+15550199", "out"), ((string?)(await server.Records(1))[0]["outboundTo"], (string?)(await server.Records(1))[0]["outboundTrunk"]));
        Assert.Contains("callcluster_edge_calls_refused_total{", await server.Metrics(), StringComparison.Ordinal);
        Assert.Contains("reason=\"OutboundDenied\"", await server.Metrics(), StringComparison.Ordinal);
    }

    public void Dispose() => _scratch.Dispose();

    /// <summary>One call to 6000 that is answered at the port; its record.</summary>
    private async Task<JsonNode> Call(CallClusterProcess server, int answeredAt)
    {
        AudioParty[] callerParties = SippCalls.Parties(1, 1), outsideParties = SippCalls.Parties(1001, 1);
        await using var good = await SippCalls.Agents(_scratch, answeredAt, outsideParties);
        await using var callers = SippCalls.Callers(_scratch, server.SipPort, "6000", callerParties, TimeSpan.FromSeconds(1));
        await callers.Succeeded(TimeSpan.FromSeconds(20));
        await server.IsIdle();
        foreach (var party in (AudioParty[])[.. callerParties, .. outsideParties]) party.Dispose();
        return (await server.Records(1))[0];
    }

    /// <summary>Trunks that carry +1, tried in this order, beside the trunk that calls come from.</summary>
    private CallClusterConfiguration Outbound(params (string Name, string Json)[] trunks)
    {
        var configuration = new CallClusterConfiguration(_scratch).With("Outbound", "CallerId", "\"+15550100\"")
            .With("Outbound", "Routes", $$"""[{ "Prefix": "+1", "Trunks": [{{string.Join(", ", trunks.Select(trunk => $"\"{trunk.Name}\""))}}] }]""");
        foreach (var (name, json) in trunks)
        {
            var trunk = JsonNode.Parse(json)!.AsObject();
            trunk.TryAdd("ProbeInterval", "00:00:00"); // sipp's scenarios begin with INVITE
            configuration.With("Trunks", name, trunk.ToJsonString());
        }
        return configuration;
    }
}
