using System.Text.Json.Nodes;
using CallCluster.EndToEnd.Tests.Audio;
using CallCluster.EndToEnd.Tests.Peers;
using CallCluster.EndToEnd.Tests.Processes;

namespace CallCluster.EndToEnd.Tests.Calls;

/// <summary>Calls that begin at our side: by the API, and back to who left a message. sipp and baresip are the carriers, baresip the agent's phone.</summary>
public sealed class PlacedCallsTests : IDisposable
{
    private const double AgentTone = 880;
    private const double OutsideTone = 440;
    private readonly ScratchDirectory _scratch = new();

    [Fact]
    public async Task The_API_calls_a_number_and_an_agent_calls_back_who_left_a_message()
    {
        var (refusingPort, busyPort) = (FreePorts.One(), FreePorts.One());
        await using var refusing = await SippCalls.Agents(_scratch, refusingPort, "carrier-503");
        await using var busy = await SippCalls.Agents(_scratch, busyPort, "agent-busy");
        await using var alice = await BaresipPhone.Start(_scratch, "alice", FreePorts.One(), AgentTone);
        var configuration = new CallClusterConfiguration(_scratch)
            .With("Numbers", "6000", "\"voicemail:support\"").With("Voicemail", "Boxes", """{ "support": {} }""").With("Queues", "support", "{}")
            .With("Agents", "alice", $$"""{ "Contact": "sip:alice@127.0.0.1:{{alice.SipPort}}", "Queues": ["support"] }""");
        await using var outside = await BaresipPhone.Start(_scratch, "+15550199", configuration.SipPort, OutsideTone);
        configuration.With("Outbound", "Allow", """["+1555", "+1666"]""").With("Outbound", "CallerId", "\"+15550100\"")
            .With("Outbound", "Routes", """[{ "Prefix": "+1555", "Trunks": ["refuses", "out"] }, { "Prefix": "+1666", "Trunks": ["busy"] }, { "Prefix": "+1777", "Trunks": ["out"] }]""")
            .With("Trunks", "refuses", Trunk(refusingPort)).With("Trunks", "busy", Trunk(busyPort)).With("Trunks", "out", Trunk(outside.SipPort));
        await using var server = await CallClusterProcess.Start(configuration);

        // To a number, by the second carrier, and from there to the queue.
        var id = (string)(await server.Post("calls", new { to = "tel:+15550199", destination = "queue:support", timeout = "00:00:20" }))["id"]!;
        await HearEachOther(server, id, alice, outside);
        await server.Delete($"calls/{id}");
        await server.IsIdle();
        var record = Assert.Single(await server.Records(1));
        Assert.Equal((id, "Answered", "tel:+15550199", "out", "alice", "api"),
            ((string?)record["id"], (string?)record["outcome"], (string?)record["placedTo"], (string?)record["trunk"], (string?)record["agent"], (string?)record["endedBy"]));
        Assert.Contains(record["steps"]!.AsArray(), step => ((string?)step!["what"])!.Contains("through refuses: 503", StringComparison.Ordinal));

        // A busy number, and one that nobody may call.
        await server.Post("calls", new { to = "tel:+16660000", destination = "agent:alice" });
        Assert.Equal("NotReached", (string?)(await server.Records(2))[1]["outcome"]);
        var refused = await Assert.ThrowsAnyAsync<Xunit.Sdk.XunitException>(() => server.Post("calls", new { to = "tel:+17770000", destination = "agent:alice" }));
        Assert.Contains("Outbound:Allow does not permit tel:", refused.Message, StringComparison.Ordinal);

        // Somebody leaves a message and is called back, the agent first.
        await outside.Dial($"sip:6000@127.0.0.1:{server.SipPort}");
        await Eventually.IsTrue(() => Directory.Exists(configuration.VoicemailDirectory) && Directory.GetFiles(configuration.VoicemailDirectory, "*.part.wav").Any(file => new FileInfo(file).Length > 2 * Tone.SampleRate), "a second is recorded");
        await outside.HangUp();
        var ticket = (string)(await Eventually.Becomes(() => server.List("tickets"), tickets => tickets.Count == 1, "the ticket"))[0]!["id"]!;
        await server.IsIdle();
        var back = (string)(await server.Post($"tickets/{ticket}/call", new { agent = "alice" }))["id"]!;
        await HearEachOther(server, back, alice, outside);
        Assert.Equal(("Claimed", "alice"), ((string?)(await server.Get($"tickets/{ticket}"))["status"], (string?)(await server.Get($"tickets/{ticket}"))["claimedBy"]));
        await outside.HangUp();
        await server.IsIdle();
        record = (await server.Records(4)).Single(record => (string?)record["id"] == back);
        Assert.Equal(("Answered", "alice", ticket, "tel:+15550199"), ((string?)record["outcome"], (string?)record["agent"], (string?)record["ticket"], (string?)record["placedTo"]));
        Assert.Equal(0, (int)(await server.Get("trunks/out"))["channels"]!);
        Assert.InRange(Tone.Heard(await alice.Heard(), OutsideTone).TotalSeconds, 2, 20);
        Assert.InRange(Tone.Heard(await outside.Heard(), AgentTone).TotalSeconds, 2, 20);
    }

    public void Dispose() => _scratch.Dispose();

    private static async Task HearEachOther(CallClusterProcess server, string call, BaresipPhone alice, BaresipPhone outside)
    {
        await Eventually.Becomes(() => server.Get($"calls/{call}"), view => (string?)view["state"] == "Connected", "the two talk");
        foreach (var phone in (BaresipPhone[])[alice, outside])
        {
            var until = phone.Hears + (3 * phone.SampleRate / 2);
            await Eventually.IsTrue(() => phone.Hears >= until, "the phone hears for 1.5 s");
        }
    }

    private static string Trunk(int port) => new JsonObject { ["Proxy"] = $"sip:127.0.0.1:{port}", ["ProbeInterval"] = "00:00:00" }.ToJsonString();
}
