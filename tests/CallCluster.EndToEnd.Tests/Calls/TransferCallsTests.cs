using CallCluster.EndToEnd.Tests.Audio;
using CallCluster.EndToEnd.Tests.Peers;
using CallCluster.EndToEnd.Tests.Processes;

namespace CallCluster.EndToEnd.Tests.Calls;

/// <summary>Blind transfer by an agent's phone (REFER), and those who must not.</summary>
public sealed class TransferCallsTests : IDisposable
{
    private readonly ScratchDirectory _scratch = new();

    [Theory]
    [InlineData("<sip:sales@callcluster.local>", "sales")]
    [InlineData("\"Bob\" <sip:bob@127.0.0.1>", "support")]
    [InlineData("<sip:queue%3Asales@callcluster.local>", "sales")]
    [InlineData("sip:6001@callcluster.local", "sales")]
    public async Task The_caller_talks_on_with_the_agent_transferred_to(string referTo, string queue)
    {
        int alicePort = FreePorts.One(), bobPort = FreePorts.One();
        await using var server = await CallClusterProcess.Start(Configuration(alicePort, bobPort));
        AudioParty[] callers = SippCalls.Parties(1, 1), alices = SippCalls.Parties(1001, 1), bobs = SippCalls.Parties(2001, 1);
        await using var alice = await SippCalls.Agents(_scratch, "agent-transfers", alicePort, alices, options: ["-key", "refer", referTo]);
        await using var bob = await SippCalls.Agents(_scratch, bobPort, bobs);
        await using var caller = SippCalls.Caller(_scratch, "caller-until-bye", server.SipPort, "6000", callers[0], TimeSpan.Zero, "-key", "timer", "Subject: transferred");
        await using var conversation = new Conversation(() => [.. caller.LogLines, .. alice.LogLines, .. bob.LogLines], [.. callers, .. alices, .. bobs]);

        await conversation.Hears(bobs[0], 1, 75);
        await conversation.Hears(callers[0], 2001, 75);
        await (await SippDialog.Of(caller)).HangUp(server.SipPort);
        await server.IsIdle();
        var transferred = await alice.Stop();
        await conversation.Stop();

        Assert.True(transferred is { Calls: 1, Failed: 0 }, $"{transferred}");
        Assert.Equal([1001, 2001], callers[0].Heard.Keys.Order());
        Assert.Equal([1], alices[0].Heard.Keys);
        Assert.Equal([1], bobs[0].Heard.Keys);
        Assert.Equal(0, alices[0].Garbled + bobs[0].Garbled);
        Assert.InRange(callers[0].Garbled, 0, 50); // ringing tone while bob is called: no words of ours
        Assert.All([callers[0].Heard[1001], alices[0].Heard[1]], heard => Assert.True(heard.Count > 50, $"{heard.Count} packets"));
        // Nobody hears the caller after the transfer but who took over.
        AudioAssert.TookOver(alices[0], bobs[0], 1);
        var record = (await server.Records(1))[0];
        Assert.Equal(("Answered", "bob", queue), ((string?)record["outcome"], (string?)record["agent"], (string?)record["queue"]));
    }

    [Fact]
    public async Task A_busy_agent_leaves_the_caller_with_the_one_who_would_transfer()
    {
        int alicePort = FreePorts.One(), bobPort = FreePorts.One();
        await using var server = await CallClusterProcess.Start(Configuration(alicePort, bobPort));
        AudioParty[] callers = SippCalls.Parties(1, 2), alices = SippCalls.Parties(1001, 1), bobs = SippCalls.Parties(2001, 1);
        await using var bob = await SippCalls.Agents(_scratch, bobPort, bobs);
        await using var first = SippCalls.Caller(_scratch, "caller", server.SipPort, "6001", callers[0], TimeSpan.FromSeconds(8));
        await Eventually.Becomes(() => server.List("calls"), calls => calls.Any(call => (string?)call!["state"] == "Connected"), "bob is busy");
        await using var alice = await SippCalls.Agents(_scratch, "agent-transfer-fails", alicePort, alices, options: ["-key", "refer", "<sip:bob@callcluster.local>"]);
        await using var caller = SippCalls.Caller(_scratch, "caller-until-bye", server.SipPort, "6000", callers[1], TimeSpan.Zero, "-key", "timer", "Subject: transfer");
        await using var conversation = new Conversation(() => [.. caller.LogLines, .. alice.LogLines], [callers[1], .. alices]);

        var called = await caller.Finished(TimeSpan.FromSeconds(30));
        await first.Finished(TimeSpan.FromSeconds(30));
        await server.IsIdle();
        var refused = await alice.Stop();
        await conversation.Stop();
        callers[0].Dispose();
        bobs[0].Dispose();

        Assert.True(called is { ExitCode: 0, Successful: 1 }, $"{called}");
        Assert.True(refused is { Calls: 1, Failed: 0 }, $"{refused}");
        AudioAssert.TalkedInPairs([callers[1]], alices, TimeSpan.FromSeconds(2.5));
    }

    [Fact]
    public async Task No_REFER_leads_out_of_the_cluster()
    {
        int alicePort = FreePorts.One(), bobPort = FreePorts.One();
        await using var server = await CallClusterProcess.Start(Configuration(alicePort, bobPort));
        AudioParty[] callers = SippCalls.Parties(1, 1), alices = SippCalls.Parties(1001, 1);
        await using var thief = await SippCalls.Agents(_scratch, "agent-fraud", alicePort, alices);
        await using var caller = SippCalls.Caller(_scratch, "caller-until-bye", server.SipPort, "6000", callers[0], TimeSpan.Zero, "-key", "timer", "Subject: fraud");
        await using var conversation = new Conversation(() => [.. caller.LogLines, .. thief.LogLines], [.. callers, .. alices]);

        var called = await caller.Finished(TimeSpan.FromSeconds(30));
        await server.IsIdle();
        var refused = await thief.Stop();

        Assert.True(called is { ExitCode: 0, Successful: 1 }, $"{called}");
        Assert.True(refused is { Calls: 1, Failed: 0 }, $"{refused}");
        Assert.Equal(9, await server.Metric("callcluster_edge_transfers_refused_total"));
    }

    [Fact]
    public async Task Callers_and_strangers_cannot_transfer()
    {
        int alicePort = FreePorts.One(), bobPort = FreePorts.One();
        await using var server = await CallClusterProcess.Start(Configuration(alicePort, bobPort));
        using var stranger = RawSip.Udp(server.SipPort);
        Assert.StartsWith("SIP/2.0 403 ", await stranger.FinalResponse(stranger.Request("REFER", "6000", "Refer-To: <sip:support@callcluster.local>\r\n")), StringComparison.Ordinal);

        AudioParty[] callers = SippCalls.Parties(1, 1), alices = SippCalls.Parties(1001, 1);
        await using var alice = await SippCalls.Agents(_scratch, alicePort, alices);
        await using var caller = SippCalls.Caller(_scratch, "caller-refers", server.SipPort, "6000", callers[0], TimeSpan.FromMilliseconds(500));
        await using var conversation = new Conversation(() => [.. caller.LogLines, .. alice.LogLines], [.. callers, .. alices]);
        var called = await caller.Finished(TimeSpan.FromSeconds(30));
        await server.IsIdle();

        Assert.True(called is { ExitCode: 0, Successful: 1 }, $"{called}");
        Assert.Equal(2, await server.Metric("callcluster_edge_transfers_refused_total", "NotAnAgent"));
    }

    [Fact]
    public async Task A_baresip_holds_its_caller_and_transfers_it()
    {
        await using var bob = await BaresipPhone.Start(_scratch, "bob", FreePorts.One(), 1300);
        await using var alice = await BaresipPhone.Start(_scratch, "alice", FreePorts.One(), 880);
        await using var server = await CallClusterProcess.Start(Configuration(alice.SipPort, bob.SipPort));
        await using var caller = await BaresipPhone.Start(_scratch, "caller", server.SipPort, 440);

        await caller.Dial($"sip:6000@127.0.0.1:{server.SipPort}");
        await alice.Established();
        await alice.HearsFor(TimeSpan.FromSeconds(1.5));
        await alice.Hold();
        await Acknowledged(server, 2);
        await alice.Resume();
        await Acknowledged(server, 3);
        await alice.Transfer($"sip:sales@127.0.0.1:{server.SipPort}");
        await alice.Closed();
        await bob.Established();
        await bob.HearsFor(TimeSpan.FromSeconds(1.5));
        await caller.HangUp();
        await bob.Closed();
        await server.IsIdle();

        var heard = await caller.Heard();
        Assert.InRange(Tone.Heard(heard, 880).TotalSeconds, 1, 20);
        Assert.InRange(Tone.Heard(heard, 1300).TotalSeconds, 1, 20);
        Assert.InRange(Tone.Heard(await bob.Heard(), 440).TotalSeconds, 1, 20);
        Assert.Equal("bob", (string?)(await server.Records(1))[0]["agent"]);
    }

    public void Dispose() => _scratch.Dispose();

    /// <summary>Re-INVITEs are through when their ACKs are there; the first is that of the call itself.</summary>
    private static Task<double> Acknowledged(CallClusterProcess server, int count) =>
        Eventually.Becomes(() => server.Metric("callcluster_sip_requests_received_total", "method=\"ACK\""), acks => acks >= count, $"{count} ACKs");

    private CallClusterConfiguration Configuration(int alicePort, int bobPort) => new CallClusterConfiguration(_scratch)
        .With("Numbers", "6000", "\"queue:support\"").With("Numbers", "6001", "\"queue:sales\"").With("Queues", "support", "{}").With("Queues", "sales", "{}")
        .With("Agents", "alice", $$"""{ "Contact": "sip:alice@127.0.0.1:{{alicePort}}", "Queues": ["support"] }""")
        .With("Agents", "bob", $$"""{ "Contact": "sip:bob@127.0.0.1:{{bobPort}}", "Queues": ["sales"] }""");
}
