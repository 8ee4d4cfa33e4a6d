using CallCluster.EndToEnd.Tests.Audio;
using CallCluster.EndToEnd.Tests.Peers;
using CallCluster.EndToEnd.Tests.Processes;

namespace CallCluster.EndToEnd.Tests.Calls;

/// <summary>INVITE with Replaces (RFC 3891): who may take over which dialog, and who must not.</summary>
public sealed class ReplacesTests : IDisposable
{
    private readonly ScratchDirectory _scratch = new();

    [Fact]
    public async Task A_PBX_moves_its_caller_to_another_phone_and_the_agent_hears_on()
    {
        var agentPort = FreePorts.One();
        await using var server = await CallClusterProcess.Start(Configuration());
        AudioParty[] callers = SippCalls.Parties(1, 2), agents = SippCalls.Parties(1001, 1);
        await using var agent = await SippCalls.Agents(_scratch, agentPort, agents);
        await SippCalls.Register(_scratch, server.SipPort, "alice", agentPort);
        await using var first = SippCalls.Caller(_scratch, "caller-until-bye", server.SipPort, "6000", callers[0], TimeSpan.Zero, "-key", "timer", "Subject: first");
        var dialog = await SippDialog.Of(first);
        SippRun[] runs = [first, agent];
        await using var conversation = new Conversation(() => runs.SelectMany(run => run.LogLines), [.. callers, .. agents]);
        await conversation.Hears(agents[0], 1, 50);
        await conversation.Hears(callers[0], 1001, 0);
        await using var second = SippCalls.Caller(_scratch, "caller-with-header", server.SipPort, "anything", callers[1], TimeSpan.FromSeconds(2), "-key", "header", $"Replaces: {dialog.Replaces}\r\nRequire: replaces");
        runs = [first, agent, second];

        var left = await first.Finished(TimeSpan.FromSeconds(15));
        var moved = await second.Finished(TimeSpan.FromSeconds(15));
        await server.IsIdle();
        await conversation.Stop();

        Assert.True(left is { ExitCode: 0, Successful: 1 }, $"{left}");
        Assert.True(moved is { ExitCode: 0, Successful: 1 }, $"{moved}");
        Assert.Equal([1, 2], agents[0].Heard.Keys.Order());
        Assert.Equal(0, agents[0].Garbled);
        Assert.All(callers, caller => Assert.Equal([1001], caller.Heard.Keys));
        AudioAssert.TookOver(callers[0], callers[1], 1001);
        Assert.All([callers[1].Heard[1001], agents[0].Heard[2]], heard => Assert.True(heard.Count > 75 && heard.Count == heard.Max - heard.Min + 1, $"{heard.Count} packets"));
        Assert.Equal(1, (int)(await server.Get("trunks/carrier"))["granted"]!);
        var record = Assert.Single(await server.Records(1));
        Assert.Equal(("Answered", "alice"), ((string?)record["outcome"], (string?)record["agent"]));
    }

    [Fact]
    public async Task An_agent_takes_the_call_to_another_phone_and_nobody_else_can()
    {
        var agentPort = FreePorts.One();
        await using var server = await CallClusterProcess.Start(Configuration());
        AudioParty[] callers = SippCalls.Parties(1, 1), agents = SippCalls.Parties(1001, 3);
        await using var desk = await SippCalls.Agents(_scratch, agentPort, agents[..1]);
        await SippCalls.Register(_scratch, server.SipPort, "alice", agentPort);
        await using var caller = SippCalls.Caller(_scratch, "caller-until-bye", server.SipPort, "6000", callers[0], TimeSpan.Zero, "-key", "timer", "Subject: moved");
        SippDialog desks = await SippDialog.Of(desk), callersDialog = await SippDialog.Of(caller);

        using var trunk = RawSip.Udp(server.SipPort);
        Task<string> Try(string headers) => trunk.FinalResponse(trunk.Request("INVITE", "6000", headers + "Content-Type: application/sdp\r\n", RawSip.Offer));
        async Task Refused(int status, string headers) => Assert.StartsWith($"SIP/2.0 {status} ", await Try(headers), StringComparison.Ordinal);
        await Refused(403, $"Replaces: {desks.Replaces}\r\n");
        await Refused(403, $"Replaces: {desks.Replaces}\r\nX-CallCluster-Peer: 1795795809;0123456789abcdef0123456789abcdef;alice\r\n");
        await Refused(400, $"Replaces: {callersDialog.Replaces}\r\nReplaces: {callersDialog.Replaces}\r\n");
        await Refused(400, $"Replaces: {callersDialog.CallId}\r\n");
        await Refused(481, $"Replaces: {callersDialog.CallId}x;to-tag={callersDialog.TheirTag};from-tag={callersDialog.OwnTag}\r\n");
        await Refused(481, "Replaces: 1@x;to-tag=2;from-tag=3\r\n");
        await Refused(486, $"Replaces: {callersDialog.Replaces};early-only\r\n");
        // bob is an agent as well, but not the one who is on the leg.
        await using (var bob = SippCalls.AgentCalls(_scratch, server.SipPort, "bob", "any", agents[1], $"Replaces: {desks.Replaces}"))
            Assert.Contains("403 Replacement Not Allowed", $"{await bob.Finished(TimeSpan.FromSeconds(10))}", StringComparison.Ordinal);
        await using var mobile = SippCalls.AgentCalls(_scratch, server.SipPort, "alice", "any", agents[2], $"Replaces: {desks.Replaces}");
        await Eventually.Becomes(() => server.Metric("callcluster_edge_legs_replaced_total"), replaced => replaced == 1, "alice's leg is replaced");
        var onMobile = await SippDialog.Of(mobile);
        await callersDialog.HangUp(server.SipPort);

        await mobile.Succeeded(TimeSpan.FromSeconds(10)); // it ended with the caller's
        Assert.NotEqual(desks.CallId, onMobile.CallId);
        await server.IsIdle();
        Assert.Equal(3, await server.Metric("callcluster_edge_calls_refused_total", "ReplacementNotAllowed") + await server.Metric("callcluster_edge_calls_refused_total", "ForgedPeer"));
        Assert.Equal("alice", (string?)Assert.Single(await server.Records(1))["agent"]);
        foreach (var party in callers.Concat(agents)) party.Dispose();
    }

    [Fact]
    public async Task An_agent_takes_the_call_at_another_phone_while_the_first_still_rings_but_the_caller_who_waits_cannot_be_replaced()
    {
        var agentPort = FreePorts.One();
        await using var server = await CallClusterProcess.Start(Configuration());
        AudioParty[] agents = SippCalls.Parties(1001, 1);
        await using var desk = await SippCalls.Agents(_scratch, agentPort, "agent-silent");
        await SippCalls.Register(_scratch, server.SipPort, "alice", agentPort);
        using var caller = RawSip.Udp(server.SipPort);
        var invite = caller.Invite("6000");
        await caller.Send(invite);
        var ringing = await caller.Status(180);
        var own = new SippDialog(RawSip.Header(invite, "Call-ID")!, RawSip.Header(ringing, "To")!.Split("tag=")[1], RawSip.Header(invite, "From")!.Split("tag=")[1]);
        var early = await caller.FinalResponse(caller.Request("INVITE", "6000", $"Replaces: {own.Replaces}\r\nContent-Type: application/sdp\r\n", RawSip.Offer));
        Assert.StartsWith("SIP/2.0 481 ", early, StringComparison.Ordinal);

        var dialog = await SippDialog.Of(desk);
        await using var mobile = SippCalls.AgentCalls(_scratch, server.SipPort, "alice", "any", agents[0], $"Replaces: {dialog.Replaces};early-only");
        var answer = await caller.Status(200);
        await SippDialog.Of(mobile);
        await caller.Acknowledge(invite, answer);
        await own.HangUp(server.SipPort);

        await mobile.Succeeded(TimeSpan.FromSeconds(10)); // it ended with the caller
        await server.IsIdle();
        await desk.Says("CANCELLED", "SIP;cause=200;text=\"Call completed elsewhere\"");
        Assert.Equal(("Answered", "alice"), ((string?)(await server.Records(1))[0]["outcome"], (string?)(await server.Records(1))[0]["agent"]));
        agents[0].Dispose();
    }

    [Fact]
    public async Task A_supervisor_goes_on_at_another_phone_but_lets_no_other_call_listen()
    {
        var (alicePort, bobPort, carolPort) = (FreePorts.One(), FreePorts.One(), FreePorts.One());
        await using var server = await CallClusterProcess.Start(Configuration().With("Numbers", "6001", "\"agent:carol\"").With("Agents", "carol", $$"""{ "Contact": "sip:carol@127.0.0.1:{{carolPort}}" }"""));
        AudioParty[] parties = SippCalls.Parties(1, 6);
        await using var alice = await SippCalls.Agents(_scratch, alicePort, parties[..1]);
        await using var bob = await SippCalls.Agents(_scratch, "agent-referred", bobPort, parties[1..2]);
        await using var carol = await SippCalls.Agents(_scratch, carolPort, parties[2..3]);
        await SippCalls.Register(_scratch, server.SipPort, "alice", alicePort);
        await SippCalls.Register(_scratch, server.SipPort, "bob", bobPort);
        await using var caller = SippCalls.Caller(_scratch, "caller-until-bye", server.SipPort, "6000", parties[3], TimeSpan.Zero, "-key", "timer", "Subject: supervised");
        var callersDialog = await SippDialog.Of(caller);
        var call = (string)(await Eventually.Becomes(() => server.List("calls"), calls => calls.Count == 1 && (string?)calls[0]!["state"] == "Connected", "the two talk"))[0]!["id"]!;
        async Task Supervises() => await Eventually.Becomes(() => server.Get($"calls/{call}"), view => view["supervision"]?["joined"]?.GetValue<bool>() == true, "bob listens");
        await server.Post($"calls/{call}/supervise", new { supervisor = "bob", mode = "Listen" });
        await Supervises();
        var listening = await SippDialog.Of(bob);

        await using var other = SippCalls.AgentCalls(_scratch, server.SipPort, "bob", "6001", parties[4]);
        var others = await SippDialog.Of(other);
        using var phone = RawSip.Udp(server.SipPort);
        Assert.StartsWith("SIP/2.0 202 ", await phone.FinalResponse(others.Refer(phone.Port, listening.ReferTo("sip:any@callcluster.local"), 9, "Refer-Sub: false\r\n")), StringComparison.Ordinal);
        await Eventually.Becomes(() => server.Metric("callcluster_edge_calls_refused_total", "ReplacementNotAllowed"), refused => refused == 1, "the other call is refused");
        await Supervises();

        await using var mobile = SippCalls.AgentCalls(_scratch, server.SipPort, "bob", "any", parties[5], $"Replaces: {listening.Replaces}");
        await Eventually.Becomes(() => server.Metric("callcluster_edge_legs_replaced_total"), replaced => replaced == 1, "bob's leg is replaced");
        await Supervises();
        await callersDialog.HangUp(server.SipPort);
        await mobile.Succeeded(TimeSpan.FromSeconds(10)); // it ended with the caller's
        await others.HangUp(server.SipPort);
        await server.IsIdle();
        foreach (var party in parties) party.Dispose();
    }

    [Fact]
    public async Task A_dialog_at_another_edge_is_found_there()
    {
        var agentPort = FreePorts.One();
        await using var redis = await RedisServer.Start(_scratch);
        await using var silo = await CallClusterProcess.Start(Configuration("silo-1").InCluster(redis), "silo");
        await using var edge1 = await CallClusterProcess.Start(Configuration("edge-1").InCluster(redis), "edge");
        await using var edge2 = await CallClusterProcess.Start(Configuration("edge-2").InCluster(redis), "edge");
        AudioParty[] callers = SippCalls.Parties(1, 1), agents = SippCalls.Parties(1001, 1);
        await using var agent = await SippCalls.Agents(_scratch, agentPort, agents);
        await SippCalls.Register(_scratch, edge1.SipPort, "alice", agentPort);
        await using var caller = SippCalls.Caller(_scratch, "caller-until-bye", edge1.SipPort, "6000", callers[0], TimeSpan.Zero, "-key", "timer", "Subject: far");
        var dialog = await SippDialog.Of(caller);

        using var trunk = RawSip.Udp(edge2.SipPort);
        var moved = await trunk.FinalResponse(trunk.Request("INVITE", "6000", $"Replaces: {dialog.Replaces}\r\nContent-Type: application/sdp\r\n", RawSip.Offer));
        Assert.StartsWith("SIP/2.0 302 ", moved, StringComparison.Ordinal);
        Assert.Equal($"<sip:{dialog.TheirTag}@127.0.0.1:{edge1.SipPort}>", RawSip.Header(moved, "Contact"));
        Assert.StartsWith("SIP/2.0 481 ", await trunk.FinalResponse(trunk.Request("INVITE", "6000", "Replaces: 1@x;to-tag=2;from-tag=3\r\nContent-Type: application/sdp\r\n", RawSip.Offer)), StringComparison.Ordinal);
        await dialog.HangUp(edge1.SipPort);
        await silo.IsIdle();
        foreach (var party in callers.Concat(agents)) party.Dispose();
    }

    public void Dispose() => _scratch.Dispose();

    private CallClusterConfiguration Configuration(string name = "callcluster") => new CallClusterConfiguration(_scratch, name)
        .With("Sip", "DigestAlgorithms", """["Md5"]""").With("Numbers", "6000", "\"agent:alice\"").With("Queues", "support", "{}")
        .WithRegisteringAgent("alice", "wonderland", "support").WithRegisteringAgent("bob", "wonderland", "support");
}
