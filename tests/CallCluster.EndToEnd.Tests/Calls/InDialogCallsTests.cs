using System.Runtime.InteropServices;
using CallCluster.EndToEnd.Tests.Audio;
using CallCluster.EndToEnd.Tests.Peers;
using CallCluster.EndToEnd.Tests.Processes;

namespace CallCluster.EndToEnd.Tests.Calls;

/// <summary>What happens within a dialog, with sipp: hold in every way, reliable provisional responses, multipart bodies, keys by INFO.</summary>
public sealed class InDialogCallsTests : IDisposable
{
    private readonly ScratchDirectory _scratch = new();

    [Fact]
    public async Task A_caller_who_holds_in_every_way_and_asks_for_fax_is_heard_again_when_back()
    {
        var agentPort = FreePorts.One();
        await using var server = await CallClusterProcess.Start(Configuration(agentPort));
        AudioParty[] callers = SippCalls.Parties(1, 1), agents = SippCalls.Parties(1001, 1);
        await using var phones = await SippCalls.Agents(_scratch, agentPort, agents);
        await using var caller = SippCalls.Caller(_scratch, "caller-holds", server.SipPort, "6000", callers[0], TimeSpan.FromSeconds(2));
        await using var conversation = new Conversation(() => [.. caller.LogLines, .. phones.LogLines], [.. callers, .. agents]);

        var called = await caller.Finished(TimeSpan.FromSeconds(30));
        await server.IsIdle();
        await conversation.Stop();

        Assert.True(called is { ExitCode: 0, Successful: 1 }, $"{called}");
        foreach (var (listener, speaker) in new[] { (callers[0], agents[0]), (agents[0], callers[0]) })
        {
            Assert.Equal([speaker.Identity], listener.Heard.Keys);
            Assert.Equal(0, listener.Garbled);
            var heard = listener.Heard[speaker.Identity];
            // The hold is a hole of at least its two seconds; after it everything is there again.
            Assert.InRange(heard.Max - heard.Min + 1 - heard.Count, 90, 300);
            Assert.True(heard.Count(packet => packet > heard.Max - 50) == 50, $"{listener.Identity} heard not all of the last second");
        }
    }

    [Fact]
    public async Task A_caller_on_hold_may_be_silent_for_longer_than_dead_media_takes()
    {
        var agentPort = FreePorts.One();
        await using var server = await CallClusterProcess.Start(Configuration(agentPort).With("Media", "DeadAfter", "\"00:00:05\""));
        AudioParty[] silent = SippCalls.Parties(1, 1), agents = SippCalls.Parties(1001, 1);
        await using var phones = await SippCalls.Agents(_scratch, agentPort, agents);
        await using var caller = SippCalls.Caller(_scratch, "caller-holds", server.SipPort, "6000", silent[0], TimeSpan.FromSeconds(7));
        await using var conversation = new Conversation(() => [.. phones.LogLines], agents);

        var called = await caller.Finished(TimeSpan.FromSeconds(30));
        silent[0].Dispose();

        Assert.True(called is { ExitCode: 0, Successful: 1 }, $"{called}");
        Assert.Equal(0, await server.Metric("callcluster_edge_media_timeouts_total"));
    }

    [Fact]
    public async Task A_caller_who_announces_silence_has_lost_nothing_and_is_heard_again()
    {
        var agentPort = FreePorts.One();
        await using var server = await CallClusterProcess.Start(Configuration(agentPort).With("Queues", "support", """{ "Record": "Always" }""").With("Recordings", "Directory", $"\"{_scratch.File("recordings")}\""));
        AudioParty[] callers = SippCalls.Parties(1, 1), agents = SippCalls.Parties(1001, 1);
        await using var phones = await SippCalls.Agents(_scratch, agentPort, agents);
        await using var caller = SippCalls.Caller(_scratch, "caller-comfort-noise", server.SipPort, "6000", callers[0], TimeSpan.FromSeconds(2.5));
        await using var conversation = new Conversation(() => [.. caller.LogLines, .. phones.LogLines], [.. callers, .. agents]);
        int Heard() => conversation.Look(() => agents[0].Heard.GetValueOrDefault(1)?.Count ?? 0);

        await Eventually.IsTrue(() => Heard() > 25, "the agent hears the caller");
        conversation.Look(() =>
        {
            callers[0].FallSilent(level: 50);
            return 0;
        });
        var before = 0;
        await Eventually.IsTrue(() => before == (before = Heard()) && conversation.Look(() => callers[0].Silences) > 30, "the agent hears silence");
        conversation.Look(() =>
        {
            callers[0].SpeakAgain();
            return 0;
        });
        var called = await caller.Finished(TimeSpan.FromSeconds(30));
        await server.IsIdle();
        await conversation.Stop();

        Assert.True(called is { ExitCode: 0, Successful: 1 }, $"{called}");
        Assert.True(Heard() > before + 25, $"the agent heard {before} packets before the silence and {Heard()} in all");
        // The silence is a step of the agent's timestamps; the numbers go on.
        Assert.Equal((0, 1), (agents[0].Garbled, agents[0].Discontinuities));
        Assert.Equal(Heard(), agents[0].Heard[1].Max - agents[0].Heard[1].Min + 1);
        Assert.Equal(1, await server.Metric("callcluster_media_dropped_packets_total", "comfortnoise"));
        Assert.Equal(0, await server.Metric("callcluster_media_dropped_packets_total", "payloadtype"));
        var record = (await server.Records(1))[0];
        Assert.Equal(0, (double)record["quality"]![0]!["receivedLoss"]!);
        // In the recording the silence is noise: 50 dB below overload is a root mean square of 104.
        var file = await File.ReadAllBytesAsync(_scratch.File($"recordings/{record["recording"]!["audioFile"]}"), TestContext.Current.CancellationToken);
        var quiet = MemoryMarshal.Cast<byte, short>(file.AsSpan(44)).ToArray().Where((_, i) => i % 2 == 0).Chunk(800).Select(part => Math.Sqrt(part.Average(sample => (double)sample * sample))).Where(rms => rms is > 90 and < 120);
        Assert.InRange(quiet.Count(), 4, 200);
    }

    [Fact]
    public async Task Reliable_provisional_responses_are_acknowledged_on_both_legs()
    {
        var agentPort = FreePorts.One();
        await using var server = await CallClusterProcess.Start(Configuration(agentPort));
        AudioParty[] callers = SippCalls.Parties(1, 1), agents = SippCalls.Parties(1001, 1);
        await using var phones = await SippCalls.Agents(_scratch, "agent-prack", agentPort, agents, TimeSpan.FromMilliseconds(500));
        await using var caller = SippCalls.Caller(_scratch, "caller-prack", server.SipPort, "6001", callers[0], TimeSpan.FromSeconds(2));
        await Talk(server, caller, phones, callers, agents);
    }

    [Fact]
    public async Task An_offer_within_a_multipart_body_is_found()
    {
        var agentPort = FreePorts.One();
        await using var server = await CallClusterProcess.Start(Configuration(agentPort));
        AudioParty[] callers = SippCalls.Parties(1, 1), agents = SippCalls.Parties(1001, 1);
        await using var phones = await SippCalls.Agents(_scratch, agentPort, agents);
        await using var caller = SippCalls.Caller(_scratch, "caller-multipart", server.SipPort, "6000", callers[0], TimeSpan.FromSeconds(2));
        await Talk(server, caller, phones, callers, agents);
    }

    [Fact]
    public async Task Keys_come_and_go_as_INFO_on_a_trunk_that_wants_them_so()
    {
        await using var bob = await BaresipPhone.Start(_scratch, "bob", FreePorts.One(), 880);
        var configuration = new CallClusterConfiguration(_scratch)
            .With("Trunks", "carrier", """{ "AllowFrom": ["127.0.0.1/32"], "Dtmf": "Info" }""").With("Numbers", "6000", "\"flow:main\"")
            .With("Flows", "main", """{ "Menu": { "2#": "queue:support" }, "Default": "hangup:480" }""").With("Queues", "support", "{}")
            .With("Agents", "bob", $$"""{ "Contact": "sip:bob@127.0.0.1:{{bob.SipPort}}", "Queues": ["support"] }""");
        await using var server = await CallClusterProcess.Start(configuration);
        var callers = SippCalls.Parties(1, 1);
        await using var caller = SippCalls.Caller(_scratch, "caller-info", server.SipPort, "6000", callers[0], TimeSpan.FromSeconds(1));
        await using var conversation = new Conversation(() => [.. caller.LogLines], callers);

        await bob.Established();
        await bob.HearsFor(TimeSpan.FromSeconds(0.5));
        await bob.Press("5");
        var called = await caller.Finished(TimeSpan.FromSeconds(20));
        await server.IsIdle();

        Assert.True(called is { ExitCode: 0, Successful: 1 }, $"{called}");
        Assert.Equal("bob", (string?)(await server.Records(1))[0]["agent"]);
    }

    public void Dispose() => _scratch.Dispose();

    private static async Task Talk(CallClusterProcess server, SippRun caller, SippRun phones, AudioParty[] callers, AudioParty[] agents)
    {
        await using var conversation = new Conversation(() => [.. caller.LogLines, .. phones.LogLines], [.. callers, .. agents]);
        var called = await caller.Finished(TimeSpan.FromSeconds(30));
        await server.IsIdle();
        await conversation.Stop();

        Assert.True(called is { ExitCode: 0, Successful: 1 }, $"{called}");
        AudioAssert.TalkedInPairs(callers, agents, TimeSpan.FromSeconds(1.5));
    }

    private CallClusterConfiguration Configuration(int agentPort) =>
        new CallClusterConfiguration(_scratch).With("Numbers", "6000", "\"queue:support\"").With("Queues", "support", "{}").WithAgents("a", 1, agentPort, "support").With("Numbers", "6001", "\"agent:a1\"");
}
