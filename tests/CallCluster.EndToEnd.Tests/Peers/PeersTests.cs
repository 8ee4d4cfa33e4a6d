using CallCluster.EndToEnd.Tests.Audio;
using CallCluster.EndToEnd.Tests.Processes;
using CallCluster.EndToEnd.Tests.Relay;

namespace CallCluster.EndToEnd.Tests.Peers;

/// <summary>The peers without the product: what these cannot tell, no other test can.</summary>
public sealed class PeersTests
{
    [Fact]
    public async Task Two_sipps_carry_audio_that_the_harness_tells_apart()
    {
        using var scratch = new ScratchDirectory();
        const int calls = 3;
        AudioParty[] callers = [.. Enumerable.Range(0, calls).Select(i => new AudioParty(i, FreePorts.Block(2)))];
        AudioParty[] agents = [.. Enumerable.Range(100, calls).Select(i => new AudioParty(i, FreePorts.Block(2)))];
        var agentPort = FreePorts.One();
        await using var agent = SippRun.Start(scratch, "agent", 9, options: ["-key", "contact", $"{agentPort}"], rows: agents.Select(a => $"agent;{a.Port};"), port: agentPort);
        await Eventually.IsTrue(() => Listening.OnUdp(agentPort), "sipp listens");
        var callerPort = FreePorts.One();
        await using var caller = SippRun.Start(scratch, "caller", agentPort, calls, ["-s", "6000", "-d", "1500", "-key", "contact", $"{callerPort}"], callers.Select(c => $"caller;{c.Port};"), callerPort);
        await using var conversation = new Conversation(() => [.. caller.LogLines, .. agent.LogLines], [.. callers, .. agents]);

        var result = await caller.Finished(TimeSpan.FromSeconds(20));
        await conversation.Stop();

        Assert.Equal(0, result.ExitCode);
        Assert.Equal(calls, result.Successful);
        foreach (var party in callers)
        {
            var (identity, packets) = Assert.Single(party.Heard);
            Assert.True(packets.Count > 30, $"{packets.Count} packets");
            Assert.Equal(0, party.Garbled);
            Assert.Equal(party.Identity, Assert.Single(agents[identity - 100].Heard).Key);
        }
    }

    [Fact]
    public async Task Two_baresips_hear_each_others_tone()
    {
        using var scratch = new ScratchDirectory();
        await using var low = await BaresipPhone.Start(scratch, "low", FreePorts.One(), 440);
        await using var high = await BaresipPhone.Start(scratch, "high", FreePorts.One(), 880);

        await low.Dial($"sip:high@127.0.0.1:{high.SipPort}");
        await low.Established();
        await low.Press("5#");
        Assert.Equal("5", (string?)(await high.Event("CALL_DTMF_START"))["param"]);
        await low.HearsFor(TimeSpan.FromSeconds(1));
        await high.HearsFor(TimeSpan.FromSeconds(1));
        await low.HangUp();
        await high.Closed();

        var heardByLow = await low.Heard();
        Assert.InRange(Tone.Heard(heardByLow, 880).TotalMilliseconds, 700, 20000);
        Assert.Equal(TimeSpan.Zero, Tone.Heard(heardByLow, 440));
        Assert.InRange(Tone.Heard(await high.Heard(), 440).TotalMilliseconds, 700, 20000);
    }

    [Fact]
    public async Task The_relay_loses_doubles_and_reorders_and_sipp_lives_with_it()
    {
        using var scratch = new ScratchDirectory();
        var agentPort = FreePorts.One();
        await using var relay = new LossyUdpRelay(agentPort, 0.1, seed: 4711);
        await using var agent = SippRun.Start(scratch, "agent", 9, options: [.. SippRun.Tolerant, "-key", "contact", $"{relay.FrontPort}"], rows: ["agent;9000;"], port: agentPort);
        await Eventually.IsTrue(() => Listening.OnUdp(agentPort), "sipp listens");
        await using var caller = SippRun.Start(scratch, "caller", relay.FrontPort, 30, ["-s", "6000", "-d", "1000", "-r", "30", .. SippRun.Tolerant, "-key", "contact", $"{relay.BackPort}"], ["caller;9002;"]);

        var result = await caller.Finished(TimeSpan.FromSeconds(40));

        TestContext.Current.TestOutputHelper?.WriteLine($"{relay}");
        Assert.True(result.Successful == 30, $"{result}");
        Assert.InRange(result.Retransmissions, 1, 200);
        Assert.All([relay.Dropped, relay.Doubled, relay.Overtaken], harm => Assert.InRange(harm, 1, 200));
    }
}
