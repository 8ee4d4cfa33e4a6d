using CallCluster.EndToEnd.Tests.Audio;
using CallCluster.EndToEnd.Tests.Peers;
using CallCluster.EndToEnd.Tests.Processes;
using CallCluster.Grains.Announcements;

namespace CallCluster.EndToEnd.Tests.Calls;

/// <summary>What callers hear while they wait: each prompt is a tone of its own. sipp is the callers' trunk and the agents' phones.</summary>
public sealed class AnnouncementTests : IDisposable
{
    private const double Music = 500;
    private const double Position = 700;
    private const double Two = 900;
    private const double Next = 1100;
    private const int AgentTone = 1300;
    private static readonly TimeSpan NextLasts = TimeSpan.FromSeconds(6);
    private readonly ScratchDirectory _scratch = new();

    [Fact]
    public async Task The_second_in_line_hears_music_and_place_2_then_place_1_and_the_agent_in_the_middle_of_that()
    {
        var prompts = Directory.CreateDirectory(_scratch.File("prompts/en")).FullName;
        foreach (var prompt in SpokenWait.PromptsOf(new() { Position = true })) Tone.WriteWav(Path.Combine(prompts, $"{prompt}.wav"), 2500, TimeSpan.FromSeconds(0.2));
        Tone.WriteWav(Path.Combine(prompts, "music.wav"), Music, TimeSpan.FromSeconds(5));
        Tone.WriteWav(Path.Combine(prompts, "position.wav"), Position, TimeSpan.FromSeconds(1));
        Tone.WriteWav(Path.Combine(prompts, "number-2.wav"), Two, TimeSpan.FromSeconds(1));
        Tone.WriteWav(Path.Combine(prompts, "position-next.wav"), Next, NextLasts);
        var port = FreePorts.One();
        var configuration = new CallClusterConfiguration(_scratch)
            .With("Numbers", "6000", "\"queue:support\"").With("Prompts", "Directory", $"\"{_scratch.File("prompts")}\"")
            .With("Queues", "support", """{ "Music": "music", "Announce": { "First": "00:00:01", "Every": "00:00:02", "Position": true } }""")
            .With("Agents", "alice", $$"""{ "Contact": "sip:alice@127.0.0.1:{{port}}", "Queues": ["support"], "Presence": "Away" }""")
            .With("Agents", "bob", $$"""{ "Contact": "sip:bob@127.0.0.1:{{port}}", "Queues": ["support"], "Presence": "Away" }""");
        await using var server = await CallClusterProcess.Start(configuration);
        AudioParty[] agents = [new(1001, FreePorts.Block(2), AgentTone), new(1002, FreePorts.Block(2), AgentTone)], callers = [new(1, FreePorts.Block(2), 440), new(2, FreePorts.Block(2), 440)];
        await using var phones = await SippCalls.Agents(_scratch, port, agents);
        await using var first = SippCalls.Caller(_scratch, "caller-until-bye", server.SipPort, "6000", callers[0], TimeSpan.Zero, "-key", "timer", "Subject: first");
        await Eventually.Becomes(() => server.List("queues/support/callers"), line => line.Count == 1, "the first waits");
        await using var second = SippCalls.Caller(_scratch, "caller-until-bye", server.SipPort, "6000", callers[1], TimeSpan.Zero, "-key", "timer", "Subject: second");
        await using var conversation = new Conversation(() => [.. first.LogLines, .. second.LogLines, .. phones.LogLines], [.. callers, .. agents]);

        // Within its first 40 s the queue may not know of all who wait, and says nothing.
        await Heard(Two, TimeSpan.FromSeconds(0.8), "place 2", TimeSpan.FromSeconds(70));
        await server.Put("agents/alice/presence", new { presence = "Available" });
        await Heard(Next, TimeSpan.FromSeconds(1), "place 1", TimeSpan.FromSeconds(20));
        await server.Put("agents/bob/presence", new { presence = "Available" });
        await Heard(AgentTone, TimeSpan.FromSeconds(1), "the agent", TimeSpan.FromSeconds(20));
        foreach (var call in await server.List("calls")) await server.Delete($"calls/{(string?)call!["id"]}");
        await server.IsIdle();
        await conversation.Stop();

        short[] samples = [.. callers[1].Samples];
        Assert.InRange(First(samples, Position), First(samples, Music) + Tone.SampleRate / 2, First(samples, Two));
        Assert.InRange(First(samples, Two), 1, First(samples, Next));
        Assert.InRange(Tone.Heard(samples, Position), Tone.Heard(samples, Two) - TimeSpan.FromSeconds(0.2), Tone.Heard(samples, Two) + TimeSpan.FromSeconds(1.2));
        Assert.InRange(Tone.Heard(samples, Next), TimeSpan.FromSeconds(1), NextLasts - TimeSpan.FromSeconds(1)); // cut by the agent
        Assert.Equal(TimeSpan.Zero, Tone.Heard(samples.AsSpan(First(samples, AgentTone) + (Tone.SampleRate / 10)), Next));
        Assert.True(Tone.Heard(samples, Music) > TimeSpan.FromSeconds(3));
        Assert.Equal(TimeSpan.Zero, Tone.Heard([.. callers[0].Samples], Two)); // the first was never second

        Task Heard(double tone, TimeSpan least, string what, TimeSpan timeout) =>
            Eventually.IsTrue(() => Tone.Heard(conversation.Look(() => callers[1].Samples.ToArray()), tone) >= least, $"the second caller hears {what}", timeout);
    }

    public void Dispose() => _scratch.Dispose();

    /// <summary>Where the tone first sounds for 100 ms.</summary>
    private static int First(short[] samples, double tone)
    {
        const int step = Tone.SampleRate / 50;
        for (var at = 0; at + (5 * step) <= samples.Length; at += step)
            if (Tone.Heard(samples.AsSpan(at, 5 * step), tone) >= TimeSpan.FromMilliseconds(80)) return at;
        throw new InvalidOperationException($"{tone} Hz is not heard.");
    }
}
