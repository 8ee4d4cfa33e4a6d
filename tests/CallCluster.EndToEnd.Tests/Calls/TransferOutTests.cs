using CallCluster.EndToEnd.Tests.Audio;
using CallCluster.EndToEnd.Tests.Peers;
using CallCluster.EndToEnd.Tests.Processes;

namespace CallCluster.EndToEnd.Tests.Calls;

/// <summary>An agent's phone sends the caller to a number outside.</summary>
public sealed class TransferOutTests : IDisposable
{
    private readonly ScratchDirectory _scratch = new();

    [Fact]
    public async Task The_agent_keeps_the_caller_until_the_number_answers()
    {
        var (alicePort, outPort) = (FreePorts.One(), FreePorts.One());
        await using var server = await CallClusterProcess.Start(Configuration(alicePort, outPort));
        AudioParty[] callers = SippCalls.Parties(1, 1), alices = SippCalls.Parties(1001, 1), outside = SippCalls.Parties(2001, 1);
        await using var alice = await SippCalls.Agents(_scratch, "agent-transfers", alicePort, alices, options: ["-key", "refer", "<sip:6009@callcluster.local>"]);
        await using var carrier = await SippCalls.Agents(_scratch, outPort, outside, ring: TimeSpan.FromSeconds(1));
        await using var caller = SippCalls.Caller(_scratch, "caller", server.SipPort, "6000", callers[0], TimeSpan.FromSeconds(5));
        await using var conversation = new Conversation(() => [.. caller.LogLines, .. alice.LogLines, .. carrier.LogLines], [.. callers, .. alices, .. outside]);

        var called = await caller.Finished(TimeSpan.FromSeconds(30));
        await server.IsIdle();
        var transferred = await alice.Stop();
        await conversation.Stop();

        Assert.True(called is { ExitCode: 0, Successful: 1 }, $"{called}");
        Assert.True(transferred is { Calls: 1, Failed: 0 }, $"{transferred}");
        Assert.Equal([1001, 2001], callers[0].Heard.Keys.Order());
        Assert.All([callers[0].Heard[1001], alices[0].Heard[1]], heard => Assert.True(heard.Count > 75, $"{heard.Count} packets"));
        // It rings outside for a second, 50 packets: the caller is alone at no time.
        var alone = outside[0].Heard[1].Min - alices[0].Heard[1].Max;
        Assert.True(alone < 25, $"nobody heard {alone} packets of the caller");
        Assert.Equal(0, callers[0].Garbled);
        AudioAssert.TookOver(alices[0], outside[0], 1);
        var record = (await server.Records(1))[0];
        Assert.Equal(("Answered", "alice", "tel:+15550199", "out"), ((string?)record["outcome"], (string?)record["agent"], (string?)record["outboundTo"], (string?)record["outboundTrunk"]));
    }

    [Fact]
    public async Task A_busy_number_leaves_the_caller_with_the_agent()
    {
        var (alicePort, outPort) = (FreePorts.One(), FreePorts.One());
        await using var server = await CallClusterProcess.Start(Configuration(alicePort, outPort));
        AudioParty[] callers = SippCalls.Parties(1, 1), alices = SippCalls.Parties(1001, 1);
        await using var alice = await SippCalls.Agents(_scratch, "agent-transfer-fails", alicePort, alices, options: ["-key", "refer", "<tel:+15550199>"]);
        await using var carrier = await SippCalls.Agents(_scratch, outPort, "agent-busy");
        await using var caller = SippCalls.Caller(_scratch, "caller-until-bye", server.SipPort, "6000", callers[0], TimeSpan.Zero, "-key", "timer", "Subject: transfer");
        await using var conversation = new Conversation(() => [.. caller.LogLines, .. alice.LogLines], [.. callers, .. alices]);

        var called = await caller.Finished(TimeSpan.FromSeconds(30));
        await server.IsIdle();
        var refused = await alice.Stop();
        await conversation.Stop();

        Assert.True(called is { ExitCode: 0, Successful: 1 }, $"{called}");
        Assert.True(refused is { Calls: 1, Failed: 0 }, $"{refused}");
        AudioAssert.TalkedInPairs(callers, alices, TimeSpan.FromSeconds(2.5));
        Assert.Equal("alice", (string?)(await server.Records(1))[0]["agent"]);
    }

    [Fact]
    public async Task The_callers_PBX_takes_the_caller_back_by_REFER()
    {
        var (alicePort, pbxPort) = (FreePorts.One(), FreePorts.One());
        await using var server = await CallClusterProcess.Start(BackIntoThePbx(alicePort, pbxPort));
        AudioParty[] callers = SippCalls.Parties(1, 1), alices = SippCalls.Parties(1001, 1);
        await using var alice = await SippCalls.Agents(_scratch, "agent-transfers", alicePort, alices, options: ["-key", "refer", "<sip:6009@callcluster.local>"]);
        await using var caller = SippCalls.Caller(_scratch, "caller-referred", server.SipPort, "6000", callers[0], TimeSpan.Zero);
        await using var conversation = new Conversation(() => [.. caller.LogLines, .. alice.LogLines], [.. callers, .. alices]);

        var called = await caller.Finished(TimeSpan.FromSeconds(30));
        await server.IsIdle();
        var transferred = await alice.Stop();

        Assert.True(called is { ExitCode: 0, Successful: 1 }, $"{called}");
        Assert.True(transferred is { Calls: 1, Failed: 0 }, $"{transferred}");
        Assert.Contains(caller.LogLines, line => line.Contains($"REFERRED  <sip:+15550199@127.0.0.1:{pbxPort}> BY  <sip:alice@callcluster.local>", StringComparison.Ordinal));
        var record = (await server.Records(1))[0];
        Assert.Equal(("Answered", "alice", "tel:+15550199", null), ((string?)record["outcome"], (string?)record["agent"], (string?)record["outboundTo"], (string?)record["outboundTrunk"]));
        Assert.Equal(1, await server.Metric("callcluster_edge_transfers_referred_total", "carrier"));
    }

    [Theory]
    [InlineData("caller-leaves-referred", "200 OK", "tel:+15550199", "agent", "Transferred")]
    [InlineData("caller-leaves-referred", "486 Busy Here", null, "caller", "HungUp")]
    [InlineData("caller-leaves-untold", "", null, "caller", "HungUp")]
    public async Task A_caller_who_hangs_up_is_transferred_only_where_the_PBX_says_so(string scenario, string told, string? outboundTo, string endedBy, string outcome)
    {
        var (alicePort, pbxPort) = (FreePorts.One(), FreePorts.One());
        await using var server = await CallClusterProcess.Start(BackIntoThePbx(alicePort, pbxPort));
        AudioParty[] callers = SippCalls.Parties(1, 1), alices = SippCalls.Parties(1001, 1);
        await using var alice = await SippCalls.Agents(_scratch, outboundTo is null ? "agent-left" : "agent-transfers", alicePort, alices, options: ["-key", "refer", "<sip:6009@callcluster.local>"]);
        await using var caller = SippCalls.Caller(_scratch, scenario, server.SipPort, "6000", callers[0], TimeSpan.Zero, "-key", "outcome", told);
        await using var conversation = new Conversation(() => [.. caller.LogLines, .. alice.LogLines], [.. callers, .. alices]);

        var called = await caller.Finished(TimeSpan.FromSeconds(30));
        await server.IsIdle();
        var left = await alice.Stop();

        Assert.True(called is { ExitCode: 0, Successful: 1 }, $"{called}");
        Assert.True(left is { Calls: 1, Failed: 0 }, $"{left}");
        var record = (await server.Records(1))[0];
        Assert.Equal(("Answered", "alice", outboundTo, endedBy), ((string?)record["outcome"], (string?)record["agent"], (string?)record["outboundTo"], (string?)record["endedBy"]));
        Assert.Equal(1, await server.Metric("callcluster_edge_transfers_referred_ended_total", $"outcome=\"{outcome}\""));
    }

    [Theory]
    [InlineData("caller-refuses-refer")]
    [InlineData("caller-refer-fails")]
    public async Task A_caller_whose_PBX_does_not_take_REFER_is_bridged(string scenario)
    {
        var (alicePort, pbxPort) = (FreePorts.One(), FreePorts.One());
        await using var server = await CallClusterProcess.Start(BackIntoThePbx(alicePort, pbxPort));
        AudioParty[] callers = SippCalls.Parties(1, 1), alices = SippCalls.Parties(1001, 1), extensions = SippCalls.Parties(2001, 1);
        await using var alice = await SippCalls.Agents(_scratch, "agent-transfers", alicePort, alices, options: ["-key", "refer", "<sip:6009@callcluster.local>"]);
        await using var extension = await SippCalls.Agents(_scratch, pbxPort, extensions);
        await using var caller = SippCalls.Caller(_scratch, scenario, server.SipPort, "6000", callers[0], TimeSpan.FromSeconds(2));
        await using var conversation = new Conversation(() => [.. caller.LogLines, .. alice.LogLines, .. extension.LogLines], [.. callers, .. alices, .. extensions]);

        var called = await caller.Finished(TimeSpan.FromSeconds(30));
        await server.IsIdle();
        var transferred = await alice.Stop();
        await conversation.Stop();

        Assert.True(called is { ExitCode: 0, Successful: 1 }, $"{called}");
        Assert.True(transferred is { Calls: 1, Failed: 0 }, $"{transferred}");
        Assert.Equal([1001, 2001], callers[0].Heard.Keys.Order());
        Assert.Equal("carrier", (string?)(await server.Records(1))[0]["outboundTrunk"]);
    }

    [Theory]
    [InlineData("caller-referred", true)]
    [InlineData("caller-refuses-refer", false)]
    public async Task An_extension_that_the_agent_has_asked_is_joined_with_the_caller_by_their_PBX_or_else_here(string scenario, bool isTaken)
    {
        var (alicePort, pbxPort) = (FreePorts.One(), FreePorts.One());
        await using var server = await CallClusterProcess.Start(BackIntoThePbx(alicePort, pbxPort).With("Sip", "DigestAlgorithms", """["Md5"]""").WithRegisteringAgent("alice", "wonderland", "support"));
        AudioParty[] callers = SippCalls.Parties(1, 1), alices = SippCalls.Parties(1001, 2), extensions = SippCalls.Parties(2001, 1);
        await using var alice = await SippCalls.Agents(_scratch, "agent-referred", alicePort, alices[..1]);
        await using var extension = await SippCalls.Agents(_scratch, pbxPort, extensions);
        await SippCalls.Register(_scratch, server.SipPort, "alice", alicePort);
        await using var caller = SippCalls.Caller(_scratch, scenario, server.SipPort, "6000", callers[0], TimeSpan.FromSeconds(2));
        var talk = await SippDialog.Of(alice);
        await using var consultation = SippCalls.AgentCalls(_scratch, server.SipPort, "alice", "6009", alices[1]);
        await using var conversation = new Conversation(() => [.. caller.LogLines, .. alice.LogLines, .. consultation.LogLines, .. extension.LogLines], [.. callers, .. alices, .. extensions]);
        var (asked, answered) = (await SippDialog.Of(consultation), await SippDialog.Of(extension));
        await Eventually.IsTrue(() => conversation.Look(() => extensions[0].Heard.TryGetValue(1002, out var heard) && heard.Count > 25), "alice asks the extension");

        using var phone = RawSip.Udp(server.SipPort);
        Assert.StartsWith("SIP/2.0 202 ", await phone.FinalResponse(talk.Refer(phone.Port, asked.ReferTo("sip:any@callcluster.local"))), StringComparison.Ordinal);
        var called = await caller.Finished(TimeSpan.FromSeconds(30));
        // RFC 3891 3: the PBX ends the dialog whose place its caller took.
        if (isTaken) await answered.HangUp(server.SipPort);
        var consulted = await consultation.Finished(TimeSpan.FromSeconds(10));
        await server.IsIdle();
        var transferred = await alice.Stop();
        await conversation.Stop();

        Assert.True(called is { ExitCode: 0, Successful: 1 }, $"{called}");
        Assert.True(consulted is { ExitCode: 0, Successful: 1 }, $"{consulted}");
        Assert.True(transferred is { Calls: 1, Failed: 0 }, $"{transferred}");
        Assert.EndsWith("OUTCOME 200", alice.LogLines[^1], StringComparison.Ordinal);
        // The extension's own view of the dialog to replace.
        var replaces = Uri.EscapeDataString($"{answered.CallId};to-tag={answered.OwnTag};from-tag={answered.TheirTag}");
        Assert.Contains(caller.LogLines, line => line.Contains("REFERRED", StringComparison.Ordinal) && line.Contains($"@127.0.0.1:{pbxPort};", StringComparison.Ordinal) && line.EndsWith($"?Replaces={replaces}> BY  <sip:alice@callcluster.local>", StringComparison.Ordinal));
        Assert.Equal(isTaken ? [1001] : [1001, 2001], callers[0].Heard.Keys.Order());
        Assert.Equal(1, await server.Metric("callcluster_edge_transfers_referred_ended_total", isTaken ? "Transferred" : "Refused"));
        var records = await server.Records(2);
        var second = records.Single(record => record["trunk"] is null);
        Assert.Equal(("Answered", "alice", $"call:{(string?)second["id"]}"), records.Where(record => (string?)record["trunk"] == "carrier").Select(record => ((string?)record["outcome"], (string?)record["agent"], (string?)record["outboundTo"])).Single());
    }

    public void Dispose() => _scratch.Dispose();

    private CallClusterConfiguration BackIntoThePbx(int alicePort, int pbxPort) => Configuration(alicePort, pbxPort)
        .With("Trunks", "carrier", $$"""{ "AllowFrom": ["127.0.0.1/32"], "Proxy": "sip:127.0.0.1:{{pbxPort}}", "ProbeInterval": "00:00:00", "Transfer": "Refer" }""")
        .With("Outbound", "Routes", """[{ "Prefix": "+1", "Trunks": ["carrier", "out"] }]""");

    private CallClusterConfiguration Configuration(int alicePort, int outPort) => new CallClusterConfiguration(_scratch)
        .With("Numbers", "6000", "\"queue:support\"").With("Numbers", "6009", "\"tel:+15550199\"").With("Queues", "support", "{}")
        .With("Agents", "alice", $$"""{ "Contact": "sip:alice@127.0.0.1:{{alicePort}}", "Queues": ["support"] }""")
        .With("Trunks", "out", $$"""{ "Proxy": "sip:127.0.0.1:{{outPort}}", "ProbeInterval": "00:00:00" }""")
        .With("Outbound", "Allow", """["+1555"]""").With("Outbound", "Routes", """[{ "Prefix": "+1", "Trunks": ["out"] }]""");
}
