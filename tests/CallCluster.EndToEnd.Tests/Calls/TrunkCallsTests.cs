using CallCluster.EndToEnd.Tests.Audio;
using CallCluster.EndToEnd.Tests.Peers;
using CallCluster.EndToEnd.Tests.Processes;

namespace CallCluster.EndToEnd.Tests.Calls;

/// <summary>sipp as the trunk, sipp as the agents' phones.</summary>
[Collection(TestCollections.Alone)]
public sealed class TrunkCallsTests : IDisposable
{
    private readonly ScratchDirectory _scratch = new();

    [Fact]
    public async Task A_hundred_calls_reach_an_agent_each_and_talk_both_ways()
    {
        const int calls = 100;
        var agentPort = FreePorts.One();
        var configuration = new CallClusterConfiguration(_scratch).With("Numbers", "6000", "\"queue:support\"").With("Queues", "support", "{}").WithAgents("a", 30, agentPort, "support");
        await using var server = await CallClusterProcess.Start(configuration);
        AudioParty[] callerParties = SippCalls.Parties(1, calls), agentParties = SippCalls.Parties(1001, calls);
        await using var agents = await SippCalls.Agents(_scratch, agentPort, agentParties);
        await using var callers = SippCalls.Callers(_scratch, server.SipPort, "6000", callerParties, TimeSpan.FromSeconds(2), perSecond: 20);
        await using var conversation = new Conversation(() => [.. callers.LogLines, .. agents.LogLines], [.. callerParties, .. agentParties]);

        var called = await callers.Finished(TimeSpan.FromSeconds(60));
        await server.IsIdle();
        var answered = await agents.Stop();
        await conversation.Stop();

        Assert.True(called is { ExitCode: 0, Successful: calls, Failed: 0 }, $"{called}");
        Assert.True(answered is { Calls: calls, Failed: 0 }, $"{answered}");
        AudioAssert.TalkedInPairs(callerParties, agentParties, TimeSpan.FromSeconds(1.5));
        var records = await server.Records(calls);
        Assert.Equal(calls, records.Length);
        Assert.Equal(calls, records.Select(record => (string?)record["sipCallId"]).Distinct().Count());
        Assert.All(records, record => Assert.Equal("Answered", (string?)record["outcome"]));
    }

    [Fact]
    public async Task A_change_of_codec_in_a_call_keeps_its_audio()
    {
        const int callerTone = 440, agentTone = 880;
        await using var bob = await BaresipPhone.Start(_scratch, "bob", FreePorts.One(), agentTone);
        var configuration = new CallClusterConfiguration(_scratch).With("Numbers", "6000", "\"agent:bob\"").With("Agents", "bob", $$"""{ "Contact": "sip:bob@127.0.0.1:{{bob.SipPort}}" }""");
        await using var server = await CallClusterProcess.Start(configuration);
        var party = new AudioParty(1, FreePorts.Block(2), callerTone);
        await using var caller = SippCalls.Caller(_scratch, "caller-offers-again", server.SipPort, "6000", party, TimeSpan.FromSeconds(2), "-key", "port", $"{party.Port}", "-key", "codec", "8", "-key", "name", "PCMA");
        await using var conversation = new Conversation(() => caller.LogLines, party);

        await caller.Says("AGAIN 8");
        var before = conversation.Look(party.ChangeToALaw);
        var called = await caller.Finished(TimeSpan.FromSeconds(30));
        await conversation.Stop();
        await server.IsIdle();

        Assert.True(called is { Successful: 1, Failed: 0 }, $"{called}");
        Assert.InRange(Tone.Heard([.. party.Samples.Take(before)], agentTone).TotalSeconds, 1, 4);
        Assert.InRange(Tone.Heard([.. party.Samples.Skip(before)], agentTone).TotalSeconds, 1, 4);
        Assert.InRange(Tone.Heard(await bob.Heard(), callerTone).TotalSeconds, 3, 6);
    }

    [Fact]
    public async Task A_caller_who_moves_to_another_port_by_reINVITE_is_heard_from_there_and_from_the_old_one_no_more()
    {
        var agentPort = FreePorts.One();
        var configuration = new CallClusterConfiguration(_scratch).With("Numbers", "6000", "\"queue:support\"").With("Queues", "support", "{}").WithAgents("a", 1, agentPort, "support");
        await using var server = await CallClusterProcess.Start(configuration);
        AudioParty[] callers = SippCalls.Parties(1, 2), agents = SippCalls.Parties(1001, 1);
        var (before, after, agent) = (callers[0], callers[1], agents[0]);
        await using var phones = await SippCalls.Agents(_scratch, agentPort, agents);
        await using var caller = SippCalls.Caller(_scratch, "caller-offers-again", server.SipPort, "6000", before, TimeSpan.FromSeconds(2), "-key", "port", $"{after.Port}", "-key", "codec", "0", "-key", "name", "PCMU");
        await using var conversation = new Conversation(() => [.. caller.LogLines, .. phones.LogLines], [.. callers, .. agents]);

        await caller.Succeeded(TimeSpan.FromSeconds(30));
        await server.IsIdle();
        await conversation.Stop();

        // Who was the caller speaks on all the while.
        Assert.Equal([1, 2], agent.Heard.Keys.Order());
        Assert.InRange(agent.Heard[1].Max, 50, before.Sent - 75);
        Assert.True(await server.Metric("callcluster_media_dropped_packets_total", "reason=\"foreign\"") > 75, await server.Metrics());
        // Until the new port has spoken, the old one may be taken for the peer again after five packets of probation; each packet goes to one of them all the same, and none is lost.
        var (old, moved) = (before.Heard[agent.Identity], after.Heard[agent.Identity]);
        Assert.Empty(old.Intersect(moved));
        Assert.Equal(moved.Max - old.Min + 1, old.Count + moved.Count);
        Assert.True(old.Max < moved.Max - 75, $"the old port was sent packet {old.Max} of {moved.Max}");
        foreach (var (speaker, mostMissing) in new[] { (before, 5), (after, 0) })
        {
            var heard = agent.Heard[speaker.Identity];
            Assert.True(heard.Count >= 75 && heard.Max - heard.Min + 1 - heard.Count <= mostMissing, $"{agent.Identity} heard {heard.Count} of {heard.Max - heard.Min + 1} packets of {speaker.Identity}");
        }
        foreach (var party in new[] { before, after, agent }) Assert.Equal(0, party.Garbled);
    }

    [Fact]
    public async Task A_call_over_the_trunks_channels_gets_503_with_Retry_After()
    {
        var agentPort = FreePorts.One();
        var configuration = new CallClusterConfiguration(_scratch)
            .With("Trunks", "carrier", """{ "AllowFrom": ["127.0.0.1/32"], "MaxChannels": 1 }""")
            .With("Numbers", "6000", "\"queue:support\"").With("Queues", "support", "{}").WithAgents("a", 2, agentPort, "support");
        await using var server = await CallClusterProcess.Start(configuration);
        var agentParties = SippCalls.Parties(1001, 2);
        await using var agents = await SippCalls.Agents(_scratch, agentPort, agentParties);
        var first = SippCalls.Parties(1, 1);
        await using var caller = SippCalls.Callers(_scratch, server.SipPort, "6000", first, TimeSpan.FromSeconds(3));
        await Eventually.Becomes(() => server.List("calls"), list => list.Any(call => (string?)call!["state"] == "Connected"), "the first call is connected");

        using var second = RawSip.Udp(server.SipPort);
        var refusal = await second.FinalResponse(second.Invite("6000"));

        Assert.StartsWith("SIP/2.0 503 ", refusal, StringComparison.Ordinal);
        Assert.True(int.Parse(RawSip.Header(refusal, "Retry-After")!.Split(' ', ';', '(')[0], System.Globalization.CultureInfo.InvariantCulture) > 0);

        await caller.Succeeded(TimeSpan.FromSeconds(20));
        await server.IsIdle();
        await using var third = SippCalls.Callers(_scratch, server.SipPort, "6000", SippCalls.Parties(2, 1), TimeSpan.FromMilliseconds(200));
        await third.Succeeded(TimeSpan.FromSeconds(20));
        foreach (var party in (AudioParty[])[.. agentParties, .. first]) party.Dispose();
    }

    [Fact]
    public async Task A_source_that_is_no_trunk_and_no_agent_is_refused_with_403()
    {
        var configuration = new CallClusterConfiguration(_scratch)
            .With("Trunks", "carrier", """{ "AllowFrom": ["203.0.113.0/24"] }""").With("Numbers", "6000", "\"queue:support\"").With("Queues", "support", "{}");
        await using var server = await CallClusterProcess.Start(configuration);
        using var stranger = RawSip.Udp(server.SipPort);

        Assert.StartsWith("SIP/2.0 403 ", await stranger.FinalResponse(stranger.Invite("6000")), StringComparison.Ordinal);
        await server.IsIdle();
    }

    [Fact]
    public async Task A_number_that_nobody_has_gets_404()
    {
        await using var server = await CallClusterProcess.Start(new CallClusterConfiguration(_scratch).With("Numbers", "6000", "\"hangup:603\""));
        using var caller = RawSip.Udp(server.SipPort);

        Assert.StartsWith("SIP/2.0 404 ", await caller.FinalResponse(caller.Invite("6999")), StringComparison.Ordinal);
        Assert.StartsWith("SIP/2.0 603 ", await caller.FinalResponse(caller.Invite("6000")), StringComparison.Ordinal);
        await server.IsIdle();
    }

    public void Dispose() => _scratch.Dispose();
}
