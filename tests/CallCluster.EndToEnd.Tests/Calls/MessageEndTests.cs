using System.Text.Json.Nodes;
using CallCluster.EndToEnd.Tests.Audio;
using CallCluster.EndToEnd.Tests.Processes;
using CallCluster.Media.Prompts;
using CallCluster.Media.Wav;
using CallCluster.Phone;
using CallCluster.Sip.UserAgents;

namespace CallCluster.EndToEnd.Tests.Calls;

/// <summary>What ends a message: silence, <c>#</c>, the greatest length. Ours is the BYE, and what was said is kept.</summary>
public sealed class MessageEndTests : IDisposable
{
    /// <summary>Of the silence that ends a message.</summary>
    private const int SilenceKept = 4000;
    private const int Frames = NumberedFrames.PerSecond;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly short[] Speech = NumberedFrames.Speech(Frames);
    private readonly ScratchDirectory _scratch = new();

    [Fact]
    public async Task Silence_a_key_and_the_greatest_length_end_a_message_and_what_was_said_is_kept()
    {
        // Nothing but the one thing ends each of them within the test's patience.
        var configuration = new CallClusterConfiguration(_scratch)
            .With("Numbers", "6001", "\"voicemail:silence\"").With("Numbers", "6002", "\"voicemail:key\"").With("Numbers", "6003", "\"voicemail:length\"")
            .With("Voicemail", "Boxes", """{ "silence": { "MaxSilence": "00:00:03" }, "key": { "MaxSilence": "00:00:00" }, "length": { "MaxLength": "00:00:02", "MaxSilence": "00:00:00" } }""");
        await using var server = await CallClusterProcess.Start(configuration);
        await using var phone = await SipPhone.StartAsync();

        await Message(phone, server, "6001", call => call.PlayAsync(Speech));
        await Message(phone, server, "6002", async call =>
        {
            await call.PlayAsync(Speech);
            // The key counts before its last packet is sent: our BYE may be quicker than that.
            await Task.WhenAny(call.SendDigitsAsync("#"), call.Ended);
        });
        await Message(phone, server, "6003", call => call.PlayAsync(Prompt.FromPcm("speech", Speech), loop: true));
        await server.IsIdle();

        var tickets = await Eventually.Becomes(() => server.List("tickets"), all => all.Count == 3, "three tickets");
        AssertIsWhole(await Audio(server, tickets, "silence"));
        AssertIsWhole(await Audio(server, tickets, "key"));
        Assert.InRange((await Audio(server, tickets, "length")).Length, 1, 2 * 8000);
    }

    public void Dispose() => _scratch.Dispose();

    /// <summary>A call that speaks once it is recorded, and is ended by us.</summary>
    private static async Task Message(SipPhone phone, CallClusterProcess server, string number, Func<PhoneCall, Task> speak)
    {
        await using var call = phone.Dial($"sip:{number}@127.0.0.1:{server.SipPort}");
        await call.Answered.WaitAsync(Patience);
        await Eventually.IsTrue(() => Directory.Exists(server.Configuration.VoicemailDirectory) && Directory.GetFiles(server.Configuration.VoicemailDirectory, "*.part.wav").Length == 1, $"{number} is recorded");
        await speak(call).WaitAsync(Patience);
        var end = await call.Ended.WaitAsync(Patience);
        Assert.True(end.Cause == SessionEndCause.RemoteBye, $"{number} ended with {end}");
    }

    /// <summary>All that was said, and after it at most what is kept of silence.</summary>
    private static void AssertIsWhole(short[] audio)
    {
        Assert.Equal(Enumerable.Range(0, Frames), NumberedFrames.Read(audio, out var end));
        Assert.InRange(audio.Length - end, 0, SilenceKept);
    }

    private static async Task<short[]> Audio(CallClusterProcess server, JsonArray tickets, string box)
    {
        var ticket = Assert.Single(tickets, ticket => (string?)ticket!["box"] == box)!;
        Assert.Null((string?)ticket["audioFailure"]);
        return WavReader.Read(await server.GetBytes($"voicemails/{ticket["id"]}/audio"));
    }
}
