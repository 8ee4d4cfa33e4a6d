using CallCluster.EndToEnd.Tests.Audio;
using CallCluster.EndToEnd.Tests.Peers;
using CallCluster.EndToEnd.Tests.Processes;

namespace CallCluster.EndToEnd.Tests.Calls;

/// <summary>Callers who overflow to voicemail, with and without a disk to write to.</summary>
public sealed class VoicemailTests : IDisposable
{
    private const int CallerTone = 440;
    private readonly ScratchDirectory _scratch = new();

    [Fact]
    public async Task A_caller_nobody_can_serve_leaves_a_message_and_a_ticket()
    {
        await using var server = await CallClusterProcess.Start(Configuration());

        await LeaveMessage(server, TimeSpan.FromSeconds(4));

        var ticket = Assert.Single(await server.List("tickets"))!;
        Assert.Equal(("support", "support", "NoAgents", "Open"), ((string?)ticket["box"], (string?)ticket["queue"], (string?)ticket["reason"], (string?)ticket["status"]));
        Assert.Null((string?)ticket["audioFailure"]);
        var record = (await server.Records(1))[0];
        Assert.Equal(("Voicemail", (string?)ticket["id"]), ((string?)record["outcome"], (string?)record["ticket"]));
        var onDisk = Wav.ReadSamples(Path.Combine(server.Configuration.VoicemailDirectory, (string)ticket["audioFile"]!));
        Assert.InRange(Tone.Heard(onDisk, CallerTone).TotalSeconds, 2, 4.2);
        Assert.Equal(onDisk, Wav.ReadSamples(await server.GetBytes($"voicemails/{ticket["id"]}/audio")));
    }

    [Fact]
    public async Task A_message_spoken_in_G722_is_kept()
    {
        await using var server = await CallClusterProcess.Start(Configuration());
        await using var caller = await BaresipPhone.Start(_scratch, "caller", server.SipPort, CallerTone, codec: "G722");

        await caller.Dial($"sip:6000@127.0.0.1:{server.SipPort}");
        await caller.Established();
        var directory = server.Configuration.VoicemailDirectory;
        await Eventually.IsTrue(() => Directory.Exists(directory) && Directory.GetFiles(directory, "*.part.wav").Any(file => new FileInfo(file).Length > 3 * 2 * Tone.SampleRate), "3 s are recorded");
        await caller.HangUp();
        await server.IsIdle();

        var ticket = Assert.Single(await server.List("tickets"))!;
        var onDisk = Wav.ReadSamples(Path.Combine(directory, (string)ticket["audioFile"]!));
        Assert.InRange(Tone.Heard(onDisk, CallerTone).TotalSeconds, 1.5, 10);
    }

    [Fact]
    public async Task A_caller_who_waited_too_long_leaves_a_message()
    {
        var configuration = Configuration().With("Queues", "support", """{ "Overflow": [ { "When": "Waited", "Over": "00:00:01", "To": "voicemail:support" } ] }""")
            .WithRegisteringAgent("alice", "wonderland", "support");
        await using var server = await CallClusterProcess.Start(configuration);

        await LeaveMessage(server, TimeSpan.FromSeconds(3));

        Assert.Equal("Waited", (string?)Assert.Single(await server.List("tickets"))!["reason"]);
    }

    [Fact]
    public async Task A_voicemail_directory_that_cannot_be_written_keeps_call_and_ticket()
    {
        var configuration = Configuration();
        await using var server = await CallClusterProcess.Start(configuration);
        // Only now: at its start the edge would refuse it.
        File.WriteAllText(configuration.VoicemailDirectory, "a file where the directory should be");

        await LeaveMessage(server, TimeSpan.FromSeconds(3));

        await AudioIsMissed(server);
    }

    [Fact]
    public async Task A_disk_that_fills_up_while_recording_keeps_call_and_ticket()
    {
        // No file may grow past 16 KiB, one or two seconds of audio; EFBIG stands for ENOSPC, which needs a file system of the test's own. W^X maps its code through a file and must be off.
        await using var server = await CallClusterProcess.Start(Configuration(), shellPrefix: "trap '' XFSZ; ulimit -f 32",
            environment: new Dictionary<string, string> { ["DOTNET_EnableWriteXorExecute"] = "0" });

        await LeaveMessage(server, TimeSpan.FromSeconds(6));

        await AudioIsMissed(server);
    }

    public void Dispose() => _scratch.Dispose();

    private CallClusterConfiguration Configuration() => new CallClusterConfiguration(_scratch)
        .With("Numbers", "6000", "\"queue:support\"")
        .With("Queues", "support", """{ "Overflow": [ { "When": "NoAgents", "To": "voicemail:support" } ] }""")
        .With("Voicemail", "Boxes", """{ "support": { "MaxLength": "00:01:00" } }""");

    /// <summary>A whole call of this length; it is the caller who ends it, so it was up until then.</summary>
    private async Task LeaveMessage(CallClusterProcess server, TimeSpan length)
    {
        AudioParty[] parties = [new(1, FreePorts.Block(2), CallerTone)];
        await using var caller = SippCalls.Callers(_scratch, server.SipPort, "6000", parties, length);
        await using var conversation = new Conversation(() => caller.LogLines, parties);
        var result = await caller.Finished(TimeSpan.FromSeconds(30));
        Assert.True(result is { Successful: 1, Failed: 0 }, $"{result}");
        await server.IsIdle();
    }

    private static async Task AudioIsMissed(CallClusterProcess server)
    {
        var ticket = Assert.Single(await Eventually.Becomes(() => server.List("tickets"), tickets => tickets.Count > 0, "the ticket is there"))!;
        Assert.NotNull((string?)ticket["audioFailure"]);
        Assert.Contains("oicemail", server.Log, StringComparison.Ordinal);
        Assert.Equal(1, await server.Metric("callcluster_edge_recording_failures_total"));
    }
}
