using System.Text.Json.Nodes;
using CallCluster.EndToEnd.Tests.Audio;
using CallCluster.EndToEnd.Tests.Peers;
using CallCluster.EndToEnd.Tests.Processes;

namespace CallCluster.EndToEnd.Tests.Calls;

/// <summary>REFER with Replaces (RFC 5589 7): alice has a caller, asks bob in a second call, and leaves the two to each other.</summary>
public sealed class AttendedTransferTests : IDisposable
{
    private readonly ScratchDirectory _scratch = new();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Caller_and_consulted_agent_talk_on_within_one_edge(bool hangsUp)
    {
        var bobPort = FreePorts.One();
        await using var server = await CallClusterProcess.Start(Routing(new CallClusterConfiguration(_scratch), bobPort));
        await Transfer(server, server, server, bobPort, hangsUp);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Caller_and_consulted_agent_talk_on_across_two_edges(bool hangsUp)
    {
        var bobPort = FreePorts.One();
        await using var redis = await RedisServer.Start(_scratch);
        await using var silo = await CallClusterProcess.Start(Routing(new CallClusterConfiguration(_scratch, "silo-1").InCluster(redis), bobPort), "silo");
        await using var edge1 = await CallClusterProcess.Start(Routing(new CallClusterConfiguration(_scratch, "edge-1").InCluster(redis), bobPort), "edge");
        await using var edge2 = await CallClusterProcess.Start(Routing(new CallClusterConfiguration(_scratch, "edge-2").InCluster(redis), bobPort), "edge");
        await Transfer(silo, edge1, edge2, bobPort, hangsUp);
    }

    [Fact]
    public async Task Somebody_elses_dialog_is_not_taken()
    {
        var (alicePort, bobPort) = (FreePorts.One(), FreePorts.One());
        await using var server = await CallClusterProcess.Start(Routing(new CallClusterConfiguration(_scratch), bobPort));
        AudioParty[] callers = SippCalls.Parties(1, 1), alices = SippCalls.Parties(1001, 1);
        await using var alice = await SippCalls.Agents(_scratch, "agent-referred", alicePort, alices);
        await using var bob = await SippCalls.Agents(_scratch, bobPort, "agent-silent");
        await SippCalls.Register(_scratch, server.SipPort, "alice", alicePort);
        await using var caller = SippCalls.Caller(_scratch, "caller", server.SipPort, "6000", callers[0], TimeSpan.FromSeconds(4));
        await using var conversation = new Conversation(() => [.. caller.LogLines, .. alice.LogLines], [.. callers, .. alices]);
        var talk = await SippDialog.Of(alice);
        // Without credentials it is the trunk that 127.0.0.1 belongs to who calls, and not alice.
        using var phone = RawSip.Udp(server.SipPort);
        var ringing = phone.Invite("6001");
        await phone.Send(ringing);
        var progress = await phone.Status(180);
        var dialog = new SippDialog(RawSip.Header(ringing, "Call-ID")!, RawSip.Header(progress, "To")!.Split("tag=")[1], RawSip.Header(ringing, "From")!.Split("tag=")[1]);

        Assert.StartsWith("SIP/2.0 202 ", await phone.FinalResponse(talk.Refer(phone.Port, dialog.ReferTo("sip:bob@callcluster.local"))), StringComparison.Ordinal);
        var called = await caller.Finished(TimeSpan.FromSeconds(30));
        await phone.Send(RawSip.Cancel(ringing));
        await server.IsIdle();
        await alice.Stop();
        await conversation.Stop();

        Assert.True(called is { ExitCode: 0, Successful: 1 }, $"{called}");
        Assert.EndsWith("OUTCOME 403", alice.LogLines[^1], StringComparison.Ordinal);
        AudioAssert.TalkedInPairs(callers, alices, TimeSpan.FromSeconds(2));
    }

    [Theory]
    [InlineData("<sip:carol@callcluster.local>")]
    [InlineData("<sip:6003@callcluster.local>")]
    public async Task An_agent_who_called_leaves_the_called_party_to_somebody_else(string referTo)
    {
        var (bobPort, carolPort) = (FreePorts.One(), FreePorts.One());
        await using var server = await CallClusterProcess.Start(Routing(new CallClusterConfiguration(_scratch), bobPort)
            .With("Numbers", "6003", "\"flow:onward\"").With("Flows", "onward", """{ "Default": "queue:sales" }""").With("Queues", "sales", "{}").With("Agents", "carol", $$"""{ "Contact": "sip:carol@127.0.0.1:{{carolPort}}", "Queues": ["sales"] }"""));
        AudioParty[] alices = SippCalls.Parties(1001, 1), bobs = SippCalls.Parties(2001, 1), carols = SippCalls.Parties(3001, 1);
        await using var bob = await SippCalls.Agents(_scratch, bobPort, bobs);
        await using var carol = await SippCalls.Agents(_scratch, carolPort, carols);
        await using var alice = SippCalls.AgentCalls(_scratch, server.SipPort, "alice", "bob", alices[0]);
        await using var conversation = new Conversation(() => [.. alice.LogLines, .. bob.LogLines, .. carol.LogLines], [.. alices, .. bobs, .. carols]);
        var talk = await SippDialog.Of(alice);
        await conversation.Hears(bobs[0], 1001, 25);

        using var phone = RawSip.Udp(server.SipPort);
        Assert.StartsWith("SIP/2.0 202 ", await phone.FinalResponse(talk.Refer(phone.Port, referTo, 9, "Refer-Sub: false\r\n")), StringComparison.Ordinal);
        var left = await alice.Finished(TimeSpan.FromSeconds(10));
        Assert.True(left is { ExitCode: 0, Successful: 1 }, $"alice is let go: {left}");
        await conversation.Hears(bobs[0], 3001, 50);
        await conversation.Hears(carols[0], 2001, 0);
        await (await SippDialog.Of(carol)).HangUp(server.SipPort);
        await server.IsIdle();
        await conversation.Stop();

        Assert.Equal([1001, 3001], bobs[0].Heard.Keys.Order());
        Assert.Equal([2001], carols[0].Heard.Keys);
        AudioAssert.TookOver(alices[0], carols[0], 2001);
        var records = await server.Records(2);
        Assert.Contains(records, record => ((string?)record["caller"], (string?)record["agent"]) == ("alice", "bob"));
        Assert.Contains(records, record => ((string?)record["caller"], (string?)record["agent"]) == ("bob", "carol"));
    }

    public void Dispose() => _scratch.Dispose();

    /// <param name="hangsUp">Alice's phone ends both its calls as soon as its REFER is accepted, as many do, and waits for nothing.</param>
    private async Task Transfer(CallClusterProcess silo, CallClusterProcess edgeOfCaller, CallClusterProcess edgeOfConsultation, int bobPort, bool hangsUp)
    {
        var alicePort = FreePorts.One();
        AudioParty[] callers = SippCalls.Parties(1, 1), alices = SippCalls.Parties(1001, 2), bobs = SippCalls.Parties(2001, 1);
        await using var alice = await SippCalls.Agents(_scratch, "agent-referred", alicePort, alices[..1]);
        await using var bob = await SippCalls.Agents(_scratch, bobPort, bobs);
        await SippCalls.Register(_scratch, edgeOfCaller.SipPort, "alice", alicePort);
        await using var caller = SippCalls.Caller(_scratch, "caller-until-bye", edgeOfCaller.SipPort, "6000", callers[0], TimeSpan.Zero, "-key", "timer", "Subject: transferred");
        var talk = await SippDialog.Of(alice);
        await using var consultation = SippCalls.AgentCalls(_scratch, edgeOfConsultation.SipPort, "alice", "bob", alices[1]);
        await using var conversation = new Conversation(() => [.. caller.LogLines, .. alice.LogLines, .. consultation.LogLines, .. bob.LogLines], [.. callers, .. alices, .. bobs]);
        var asked = await SippDialog.Of(consultation);
        await conversation.Hears(bobs[0], 1002, 25);
        await conversation.Hears(callers[0], 1001, 0);

        using var phone = RawSip.Udp(edgeOfCaller.SipPort);
        Assert.StartsWith("SIP/2.0 202 ", await phone.FinalResponse(talk.Refer(phone.Port, asked.ReferTo("sip:bob@callcluster.local"))), StringComparison.Ordinal);
        if (hangsUp)
        {
            await asked.HangUp(edgeOfConsultation.SipPort);
            await talk.HangUp(edgeOfCaller.SipPort);
        }
        else
        {
            var consulted = await consultation.Finished(TimeSpan.FromSeconds(10));
            Assert.True(consulted is { ExitCode: 0, Successful: 1 }, $"{consulted}");
        }

        await Eventually.Becomes(() => silo.List("agents"), agents => agents.Any(agent => (string?)agent!["id"] == "alice" && ((string?)agent["presence"], ((JsonArray)agent["calls"]!).Count) == ("WrapUp", 0)), "alice is free and wraps up");
        Assert.Single((JsonArray)(await silo.List("agents")).Single(agent => (string?)agent!["id"] == "bob")!["calls"]!);
        await conversation.Hears(callers[0], 2001, 75);
        await conversation.Hears(bobs[0], 1, 75);
        await (await SippDialog.Of(caller)).HangUp(edgeOfCaller.SipPort);
        await silo.IsIdle();
        var answered = await bob.Stop();
        await conversation.Stop();

        if (!hangsUp)
        {
            var transferred = await alice.Stop();
            Assert.True(transferred is { Calls: 1, Failed: 0 }, $"{transferred}");
            Assert.EndsWith("OUTCOME 200", alice.LogLines[^1], StringComparison.Ordinal);
        }

        Assert.True(answered is { Calls: 1, Failed: 0 }, $"{answered}");
        Assert.Equal([1001, 2001], callers[0].Heard.Keys.Order());
        Assert.Equal([1, 1002], bobs[0].Heard.Keys.Order());
        Assert.Equal([1], alices[0].Heard.Keys);
        Assert.Equal([2001], alices[1].Heard.Keys);
        Assert.Equal(0, callers[0].Garbled + alices[0].Garbled + alices[1].Garbled + bobs[0].Garbled);
        // Nothing is lost once they hear each other, and alice hears nothing of it.
        Assert.All([callers[0].Heard[2001], bobs[0].Heard[1]], heard => Assert.Equal(heard.Count, heard.Max - heard.Min + 1));
        AudioAssert.TookOver(alices[0], bobs[0], 1);
        AudioAssert.TookOver(alices[1], callers[0], 2001);

        var records = await silo.Records(2);
        var first = records.Single(record => (string?)record["trunk"] == "carrier");
        var second = records.Single(record => record["trunk"] is null);
        Assert.Equal(("Answered", "alice", $"call:{(string?)second["id"]}"), ((string?)first["outcome"], (string?)first["agent"], (string?)first["outboundTo"]));
        Assert.Equal(("Answered", "bob", "alice"), ((string?)second["outcome"], (string?)second["agent"], (string?)second["caller"]));
    }

    private static CallClusterConfiguration Routing(CallClusterConfiguration configuration, int bobPort) => configuration
        .With("Sip", "DigestAlgorithms", """["Md5"]""").With("Numbers", "6000", "\"queue:support\"").With("Numbers", "6001", "\"agent:bob\"").With("Queues", "support", """{ "WrapUp": "00:00:20" }""")
        .WithRegisteringAgent("alice", "wonderland", "support").With("Agents", "bob", $$"""{ "Contact": "sip:bob@127.0.0.1:{{bobPort}}" }""");
}
