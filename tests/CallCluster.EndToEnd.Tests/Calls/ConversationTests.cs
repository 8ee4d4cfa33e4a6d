using CallCluster.EndToEnd.Tests.Audio;
using CallCluster.EndToEnd.Tests.Peers;
using CallCluster.EndToEnd.Tests.Processes;

namespace CallCluster.EndToEnd.Tests.Calls;

/// <summary>What an agent does in a conversation by the API, with phones that speak a tone each.</summary>
public sealed class ConversationTests : IDisposable
{
    private const double CallerTone = 440;
    private const double AliceTone = 880;
    private const double BobTone = 1320;
    private readonly ScratchDirectory _scratch = new();

    [Fact]
    public async Task An_agent_holds_resumes_and_transfers_a_caller_by_the_API()
    {
        await using var alice = await BaresipPhone.Start(_scratch, "alice", FreePorts.One(), AliceTone);
        await using var bob = await BaresipPhone.Start(_scratch, "bob", FreePorts.One(), BobTone);
        await using var server = await CallClusterProcess.Start(Configuration(alice, bob));
        await using var caller = await BaresipPhone.Start(_scratch, "caller", server.SipPort, CallerTone);
        var call = await Connect(server, caller, alice);

        await Span(caller, 0.6); // talks
        await server.Post($"calls/{call}/hold", new { });
        Assert.True((bool)(await server.Post($"calls/{call}/hold", new { }))["held"]!);
        await Reinvited(server, 1);
        var (heldFrom, heldTo) = await Span(caller, 0.8);
        await server.Post($"calls/{call}/resume", new { });
        await Reinvited(server, 2);
        var (backFrom, backTo) = await Span(caller, 0.8);

        await server.Post($"calls/{call}/hold", new { });
        await Reinvited(server, 3);
        await server.Post($"calls/{call}/transfer", new { to = "queue:sales" });
        await alice.Closed();
        await bob.Established();
        var transfer = (await server.Get($"calls/{call}"))["transfer"]!;
        Assert.Equal(("queue:sales", "alice", "Done"), ((string?)transfer["to"], (string?)transfer["by"], (string?)transfer["state"]));
        var (bobFrom, bobTo) = await Span(caller, 0.8);
        await caller.HangUp();
        await bob.Closed();
        await server.IsIdle();

        var heard = await caller.Heard();
        Assert.Equal(0, Tone.Presence(heard.AsSpan(heldFrom..heldTo), AliceTone));
        Assert.Contains(heard[heldFrom..heldTo], sample => Math.Abs((int)sample) > 500); // the music
        Assert.InRange(Tone.Presence(heard.AsSpan(backFrom..backTo), AliceTone), 0.9, 1);
        Assert.InRange(Tone.Presence(heard.AsSpan(bobFrom..bobTo), BobTone), 0.9, 1);
        Assert.InRange(Tone.Heard(await bob.Heard(), CallerTone).TotalSeconds, 0.6, 20);
        var record = (await server.Records(1))[0];
        Assert.Equal(("bob", "sales"), ((string?)record["agent"], (string?)record["queue"]));
        // baresip 1.0.0 writes down nothing more of what it hears once it was put on hold, though its meter shows that packets come: 0.9 s before the hold and 1.1 s after it were sent to alice, at 50 a second.
        Assert.InRange((int)record["quality"]!.AsArray().Single(leg => (int)leg!["leg"]! == 1)!["packetsSent"]!, 80, 400);
    }

    public void Dispose() => _scratch.Dispose();

    private static async Task<string> Connect(CallClusterProcess server, BaresipPhone caller, BaresipPhone agent)
    {
        await caller.Dial($"sip:6000@127.0.0.1:{server.SipPort}");
        await agent.Established();
        await caller.Established();
        return (string)(await Eventually.Becomes(() => server.List("calls"), calls => calls.Count == 1 && (string?)calls[0]!["state"] == "Connected", "the two talk"))[0]!["id"]!;
    }

    /// <summary>Re-INVITEs of ours are through when their ACKs are: beside one for each phone that answered.</summary>
    private static Task<double> Reinvited(CallClusterProcess server, int times) =>
        Eventually.Becomes(() => server.Metric("callcluster_sip_requests_sent_total", "method=\"ACK\""), acks => acks >= 1 + times, $"{times} re-INVITEs answered");

    /// <summary>Where in what the phone hears the next so many seconds are, once what was said before has been heard.</summary>
    private static async Task<(int From, int To)> Span(BaresipPhone phone, double seconds)
    {
        await Hear(0.3);
        var from = phone.Hears;
        await Hear(seconds);
        return (from, phone.Hears);

        async Task Hear(double time)
        {
            var until = phone.Hears + (int)(time * phone.SampleRate);
            await Eventually.IsTrue(() => phone.Hears >= until, $"the phone hears for {time} s more");
        }
    }

    private CallClusterConfiguration Configuration(BaresipPhone alice, BaresipPhone bob) => new CallClusterConfiguration(_scratch)
        .With("Numbers", "6000", "\"queue:support\"").With("Queues", "support", "{}").With("Queues", "sales", "{}")
        .With("Agents", "alice", $$"""{ "Contact": "sip:alice@127.0.0.1:{{alice.SipPort}}", "Queues": ["support"] }""")
        .With("Agents", "bob", $$"""{ "Contact": "sip:bob@127.0.0.1:{{bob.SipPort}}", "Queues": ["sales"] }""");
}
