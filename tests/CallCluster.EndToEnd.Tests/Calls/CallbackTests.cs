using System.Text.Json.Nodes;
using CallCluster.EndToEnd.Tests.Audio;
using CallCluster.EndToEnd.Tests.Peers;
using CallCluster.EndToEnd.Tests.Processes;

namespace CallCluster.EndToEnd.Tests.Calls;

/// <summary>Callers who hang up and are called when their turn comes. baresip is caller and agent, sipp an agent and a carrier whose numbers are busy.</summary>
public sealed class CallbackTests : IDisposable
{
    private const double AgentTone = 880;
    private const double CallersTone = 440;
    private const double Confirmation = 1300;
    private readonly ScratchDirectory _scratch = new();

    [Fact]
    public async Task A_caller_presses_the_key_hangs_up_and_is_called_when_an_agent_comes_free_and_who_is_not_reached_gets_a_ticket()
    {
        var prompts = Directory.CreateDirectory(_scratch.File("prompts/en")).FullName;
        Tone.WriteWav(Path.Combine(prompts, "offer.wav"), 1000, TimeSpan.FromSeconds(0.5));
        Tone.WriteWav(Path.Combine(prompts, "noted.wav"), Confirmation, TimeSpan.FromSeconds(1));
        var (busyPort, silentPort, bobPort) = (FreePorts.One(), FreePorts.One(), FreePorts.One());
        await using var busy = await SippCalls.Agents(_scratch, busyPort, "agent-busy");
        await using var silent = await SippCalls.Agents(_scratch, silentPort, "agent-silent");
        await using var bob = await SippCalls.Agents(_scratch, bobPort, SippCalls.Parties(1001, 4));
        await using var alice = await BaresipPhone.Start(_scratch, "alice", FreePorts.One(), AgentTone);
        var configuration = new CallClusterConfiguration(_scratch);
        await using var caller = await BaresipPhone.Start(_scratch, "+15550199", configuration.SipPort, CallersTone);
        await using var unreachable = await BaresipPhone.Start(_scratch, "+16660199", configuration.SipPort, CallersTone);
        await using var away = await BaresipPhone.Start(_scratch, "+17770199", configuration.SipPort, CallersTone);
        configuration
            .With("Numbers", "6002", "\"callback:quick\"").With("Queues", "quick", """{ "Callback": { "Retries": 1, "RetryEvery": "00:00:01", "RingTimeout": "00:00:02" } }""")
            .With("Numbers", "6000", "\"queue:support\"").With("Numbers", "6001", "\"callback:support\"")
            .With("Prompts", "Directory", $"\"{_scratch.File("prompts")}\"").With("Prompts", "Languages", """["en"]""")
            .With("Queues", "support", """{ "Callback": { "Offer": "00:00:00.5", "Prompt": "offer", "Confirmation": "noted", "Retries": 1, "RetryEvery": "00:00:01", "RingTimeout": "00:00:10" } }""")
            .With("Agents", "alice", $$"""{ "Contact": "sip:alice@127.0.0.1:{{alice.SipPort}}", "Queues": ["support"], "Presence": "Away" }""")
            .With("Agents", "bob", $$"""{ "Contact": "sip:bob@127.0.0.1:{{bobPort}}", "Queues": ["support", "quick"], "Presence": "Away" }""")
            .With("Outbound", "Allow", """["+1555", "+1666", "+1777"]""").With("Trunks", "silent", Trunk(silentPort))
            .With("Outbound", "Routes", """[{ "Prefix": "+1555", "Trunks": ["out"] }, { "Prefix": "+1666", "Trunks": ["busy"] }, { "Prefix": "+1777", "Trunks": ["silent"] }]""")
            .With("Trunks", "out", Trunk(caller.SipPort)).With("Trunks", "busy", Trunk(busyPort));
        await using var server = await CallClusterProcess.Start(configuration);

        await caller.Dial($"sip:6000@127.0.0.1:{server.SipPort}");
        await caller.Established(); // the offer answers
        await caller.Press("1#");
        await caller.Closed();
        var waiting = (await Eventually.Becomes(() => server.List("queues/support/callers"), callers => callers is [{ } one] && (bool)one["isCallback"]!, "the caller is to be called back"))[0]!;
        var id = (string)waiting["callId"]!;
        Assert.Equal(0, (int)(await server.Get("trunks/carrier"))["channels"]!);

        await server.Put("agents/alice/presence", new { presence = "Available" });
        await Eventually.Becomes(() => server.Get($"calls/{id}"), view => (string?)view["state"] == "Connected", "the two talk");
        foreach (var phone in (BaresipPhone[])[alice, caller])
        {
            var until = phone.Hears + (3 * phone.SampleRate / 2);
            await Eventually.IsTrue(() => phone.Hears >= until, "the phone hears for 1.5 s");
        }

        await caller.HangUp();
        await server.IsIdle();
        var record = Assert.Single(await server.Records(1));
        Assert.Equal((id, "Answered", "tel:+15550199", "alice", "caller"), ((string?)record["id"], (string?)record["outcome"], (string?)record["placedTo"], (string?)record["agent"], (string?)record["endedBy"]));
        string[] steps = [.. record["steps"]!.AsArray().Select(step => (string)step!["what"]!)];
        Assert.Equal(["queued in support", "callback offered", "to be called back", "alice is free to call back", "connected with alice"],
            steps.Where(step => step.StartsWith("queued", StringComparison.Ordinal) || step.Contains("call back", StringComparison.Ordinal) || step.Contains("callback", StringComparison.Ordinal) || step.Contains("called back", StringComparison.Ordinal) || step.StartsWith("connected", StringComparison.Ordinal)));

        // Without a key, and twice in vain.
        await server.Put("agents/alice/presence", new { presence = "Away" });
        await unreachable.Dial($"sip:6001@127.0.0.1:{server.SipPort}");
        await unreachable.Closed();
        await server.Put("agents/bob/presence", new { presence = "Available" });
        var ticket = (await Eventually.Becomes(() => server.List("tickets"), tickets => tickets.Count == 1, "the ticket"))[0]!;
        await server.IsIdle();
        record = (await server.Records(2))[1];
        Assert.Equal(("Callback", "support", "+16660199"), ((string?)ticket["reason"], (string?)ticket["queue"], (string?)ticket["caller"]));
        Assert.Equal(("NotReached", (string?)ticket["id"]), ((string?)record["outcome"], (string?)record["ticket"]));
        Assert.Equal(2, record["steps"]!.AsArray().Count(step => ((string)step!["what"]!).Contains("486", StringComparison.Ordinal)));
        Assert.Equal("Available", (string?)(await server.Get("agents/bob"))["presence"]);

        // Nobody answers the callback, twice; bob is free for others as soon as it has rung out.
        await server.Put("agents/bob/presence", new { presence = "Away" });
        await away.Dial($"sip:6002@127.0.0.1:{server.SipPort}");
        await away.Closed();
        await server.Put("agents/bob/presence", new { presence = "Available" });
        ticket = (await Eventually.Becomes(() => server.List("tickets"), tickets => tickets.Count == 2, "the second ticket"))[0]!;
        await server.IsIdle();
        record = (await server.Records(3))[2];
        Assert.Equal(("Callback", "callback:quick", "+17770199", "Open"), ((string?)ticket["reason"], (string?)ticket["box"], (string?)ticket["caller"], (string?)ticket["status"]));
        Assert.Equal(("NotReached", (string?)ticket["id"]), ((string?)record["outcome"], (string?)record["ticket"]));
        Assert.Equal(2, record["steps"]!.AsArray().Count(step => (string)step!["what"]! == "tel:+17770199 did not answer"));
        Assert.Equal(2, silent.LogLines.Count(line => line.Contains("CANCELLED", StringComparison.Ordinal)));
        Assert.Equal("Available", (string?)(await server.Get("agents/bob"))["presence"]);

        Assert.InRange(Tone.Heard(await alice.Heard(), CallersTone).TotalSeconds, 1, 20);
        var heard = await caller.Heard();
        Assert.InRange(Tone.Heard(heard, AgentTone).TotalSeconds, 1, 20);
        Assert.InRange(Tone.Heard(heard, Confirmation).TotalSeconds, 0.5, 1.5);
    }

    public void Dispose() => _scratch.Dispose();

    private static string Trunk(int port) => new JsonObject { ["Proxy"] = $"sip:127.0.0.1:{port}", ["ProbeInterval"] = "00:00:00" }.ToJsonString();
}
