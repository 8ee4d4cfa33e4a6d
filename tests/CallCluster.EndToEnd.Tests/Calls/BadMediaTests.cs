using CallCluster.EndToEnd.Tests.Audio;
using CallCluster.EndToEnd.Tests.Peers;
using CallCluster.EndToEnd.Tests.Processes;
using CallCluster.EndToEnd.Tests.Relay;

namespace CallCluster.EndToEnd.Tests.Calls;

/// <summary>A caller's RTP over a path that loses, doubles and reorders 5 % of it, and whose NAT forgets the binding in the middle of the call.</summary>
public sealed class BadMediaTests(ITestOutputHelper output) : IDisposable
{
    private const int Seed = 1;
    private const double CallerTone = 440;
    private const double AgentTone = 880;
    private readonly ScratchDirectory _scratch = new();

    [Theory]
    [InlineData("PCMU")]
    [InlineData("G722")] // transcoded: what is lost is made up for
    public async Task Both_hear_each_other_through_it_and_after_the_source_port_has_changed(string agentCodec)
    {
        await using var bob = await BaresipPhone.Start(_scratch, "bob", FreePorts.One(), AgentTone, codec: agentCodec);
        var configuration = new CallClusterConfiguration(_scratch)
            .With("Media", "Codecs", """["PCMU", "G722"]""")
            .With("Numbers", "support", "\"queue:support\"").With("Queues", "support", "{}")
            .With("Agents", "bob", $$"""{ "Contact": "sip:bob@127.0.0.1:{{bob.SipPort}}", "Queues": ["support"] }""");
        await using var server = await CallClusterProcess.Start(configuration);
        await using var relay = new MediaRelay(server.SipPort, 0.05, Seed);
        await using var caller = await BaresipPhone.Start(_scratch, "caller", relay.SipPort, CallerTone);

        await caller.Dial($"sip:support@127.0.0.1:{relay.SipPort}");
        await bob.Established();
        await caller.Established();
        await bob.HearsFor(TimeSpan.FromSeconds(1));
        await caller.HearsFor(TimeSpan.FromSeconds(1));
        relay.Audio.Rebind();
        await bob.HearsFor(TimeSpan.FromSeconds(4));
        await caller.HearsFor(TimeSpan.FromSeconds(4));
        await caller.HangUp();
        await bob.Closed();
        await server.IsIdle();
        output.WriteLine($"seed {Seed}; {relay.Audio}");

        Assert.InRange(Tone.Heard(await caller.Heard(), AgentTone).TotalSeconds, 2.5, 20);
        var heard = await bob.Heard();
        Assert.InRange(Tone.Heard(heard, CallerTone, bob.SampleRate).TotalSeconds, 2.5, 20);
        var quality = (await server.Records(1))[0]["quality"]!.AsArray().First(leg => (int)leg!["leg"]! == 0)!;
        // A twentieth, and the second and more before the edge follows to the new port; three quarters were it never to follow.
        Assert.InRange((double)quality["receivedLoss"]!, 0.05, 0.5);
    }

    public void Dispose() => _scratch.Dispose();
}
