using System.Buffers.Binary;
using System.Runtime.InteropServices;
using CallCluster.EndToEnd.Tests.Audio;
using CallCluster.EndToEnd.Tests.Peers;
using CallCluster.EndToEnd.Tests.Processes;

namespace CallCluster.EndToEnd.Tests.Calls;

/// <summary>A supervisor beside a call, with three phones that speak a tone each.</summary>
public sealed class SupervisionTests : IDisposable
{
    private const double CallerTone = 440;
    private const double AgentTone = 880;
    private const double SupervisorTone = 1320;
    private static readonly double[] s_tones = [CallerTone, AgentTone, SupervisorTone];
    private readonly ScratchDirectory _scratch = new();

    [Fact]
    public async Task A_supervisor_listens_whispers_barges_in_and_leaves_and_the_recorded_call_goes_on()
    {
        await using var alice = await BaresipPhone.Start(_scratch, "alice", FreePorts.One(), AgentTone, codec: "G722");
        await using var bob = await BaresipPhone.Start(_scratch, "bob", FreePorts.One(), SupervisorTone, ptime: 40);
        var configuration = new CallClusterConfiguration(_scratch)
            .With("Numbers", "support", "\"queue:support\"").With("Queues", "support", """{ "Record": "Always" }""").With("Recordings", "Directory", $"\"{_scratch.File("recordings")}\"")
            .With("Agents", "alice", $$"""{ "Contact": "sip:alice@127.0.0.1:{{alice.SipPort}}", "Queues": ["support"] }""")
            .With("Agents", "bob", $$"""{ "Contact": "sip:bob@127.0.0.1:{{bob.SipPort}}" }""");
        await using var server = await CallClusterProcess.Start(configuration);
        await using var caller = await BaresipPhone.Start(_scratch, "caller", server.SipPort, CallerTone, codec: "PCMA");
        BaresipPhone[] phones = [caller, alice, bob];

        await caller.Dial($"sip:support@127.0.0.1:{server.SipPort}");
        await alice.Established();
        await caller.Established();
        var call = (string)(await Eventually.Becomes(() => server.List("calls"), calls => calls.Count == 1 && (string?)calls[0]!["state"] == "Connected", "the two talk"))[0]!["id"]!;

        List<(string Mode, int[] From, int[] To)> spans = [];
        async Task Supervise(string mode)
        {
            await server.Post($"calls/{call}/supervise", new { supervisor = "bob", mode });
            await Eventually.Becomes(() => server.Get($"calls/{call}"), view => (string?)view["supervision"]?["mode"] == mode && (bool)view["supervision"]!["joined"]!, $"bob is there to {mode}");
            await Span(mode);
        }
        async Task Span(string mode)
        {
            // Until what was said before has been heard.
            await Hear(0.3);
            var from = phones.Select(phone => phone.Hears).ToArray();
            await Hear(0.6);
            spans.Add((mode, from, [.. phones.Select(phone => phone.Hears)]));
        }
        async Task Hear(double seconds)
        {
            var until = caller.Hears + (int)(seconds * caller.SampleRate);
            await Eventually.IsTrue(() => caller.Hears >= until, $"the caller hears for {seconds} s more");
        }

        await Supervise("Listen");
        Assert.Equal("Busy", (string?)(await server.Get("agents/bob"))["presence"]);
        await Supervise("Whisper");
        await Supervise("Barge");
        await server.Delete($"calls/{call}/supervise");
        await bob.Closed();
        await Span("Bridge");
        Assert.Equal("Available", (string?)(await server.Get("agents/bob"))["presence"]);

        await server.Post($"calls/{call}/supervise", new { supervisor = "bob", mode = "Listen" });
        await Eventually.Becomes(() => server.Get($"calls/{call}"), view => view["supervision"]?["joined"]?.GetValue<bool>() == true, "bob is there again");
        var hearsAgainFrom = bob.Hears;
        await Eventually.IsTrue(() => bob.Hears > hearsAgainFrom + bob.SampleRate / 4, "bob hears again");
        await bob.HangUp();
        await Eventually.Becomes(() => server.Get($"calls/{call}"), view => view["supervision"] is null, "bob is gone again");
        await Span("Bridge");
        await caller.HangUp();
        await alice.Closed();
        await server.IsIdle();

        short[][] heard = [await caller.Heard(), await alice.Heard(), await bob.Heard()];
        foreach (var (mode, from, to) in spans)
        {
            AssertHears(0, mode is "Barge" ? [1, 2] : [1]);
            AssertHears(1, mode is "Barge" or "Whisper" ? [0, 2] : [0]);
            if (mode != "Bridge") AssertHears(2, [0, 1]);

            void AssertHears(int listener, int[] speakers)
            {
                var samples = heard[listener].AsSpan(from[listener]..to[listener]);
                for (var i = 0; i < s_tones.Length; i++)
                {
                    var presence = Tone.Presence(samples, s_tones[i], phones[listener].SampleRate);
                    if (speakers.Contains(i)) Assert.True(presence > 0.9, $"{mode}: phone {listener} heard the tone of phone {i} in {presence:P0} of {samples.Length} samples");
                    else Assert.True(presence < 0.05, $"{mode}: phone {listener} heard the tone of phone {i} in {presence:P0} of {samples.Length} samples");
                }
            }
        }

        var record = (await server.Records(1))[0];
        Assert.Equal(("alice", "Answered"), ((string?)record["agent"], (string?)record["outcome"]));
        await AssertRecorded(record);
        var steps = record["steps"]!.AsArray().Select(step => (string?)step!["what"]).ToArray();
        Assert.Superset(new HashSet<string?> { "bob supervises: Listen", "bob supervises: Whisper", "bob supervises: Barge", "supervision by bob ended", "bob stopped supervising" }, steps.ToHashSet());
    }

    /// <summary>The caller left, whom the caller heard right; what was whispered is not in it.</summary>
    private async Task AssertRecorded(System.Text.Json.Nodes.JsonNode record)
    {
        Assert.Equal($"{record["id"]}-conversation.wav", (string?)record["recording"]!["audioFile"]);
        Assert.Null(record["recording"]!["failure"]);
        Assert.Equal(["json", "wav"], Directory.GetFiles(_scratch.File("recordings")).Select(path => Path.GetExtension(path)[1..]).Order());
        var file = await File.ReadAllBytesAsync(_scratch.File($"recordings/{record["id"]}-conversation.wav"), TestContext.Current.CancellationToken);
        Assert.Equal((2, 8000), (BinaryPrimitives.ReadInt16LittleEndian(file.AsSpan(22)), BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(24))));
        var samples = MemoryMarshal.Cast<byte, short>(file.AsSpan(44)).ToArray();
        short[] left = [.. samples.Where((_, i) => i % 2 == 0)], right = [.. samples.Where((_, i) => i % 2 == 1)];
        var seconds = left.Length / 8000.0;
        Assert.InRange(seconds, 5, 30);
        Assert.InRange(Tone.Heard(left, CallerTone).TotalSeconds, seconds - 0.7, seconds);
        Assert.InRange(Tone.Presence(right, AgentTone) * seconds, seconds - 0.7, seconds);
        // Barging lasted 0.9 s and some; listening and whispering as long each.
        Assert.InRange(Tone.Presence(right, SupervisorTone) * seconds, 0.7, seconds / 3);
        Assert.Equal(0, Tone.Presence(left, SupervisorTone) + Tone.Presence(left, AgentTone) + Tone.Presence(right, CallerTone));
    }

    public void Dispose() => _scratch.Dispose();
}
