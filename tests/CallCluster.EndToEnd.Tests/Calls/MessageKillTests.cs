using System.Globalization;
using System.Text.Json.Nodes;
using CallCluster.EndToEnd.Tests.Processes;
using CallCluster.Media.Codecs;
using CallCluster.Media.Prompts;
using CallCluster.Media.Wav;
using CallCluster.Phone;

namespace CallCluster.EndToEnd.Tests.Calls;

/// <summary>
/// PROTOCOL rule 22: a process is killed by SIGKILL at random moments while callers leave messages, and started again. No message is lost, and of none more than its last second. CALLCLUSTER_KILLS sets how
/// often (tests/kills.sh), CALLCLUSTER_SEED the moments.
/// </summary>
public sealed class MessageKillTests : IDisposable
{
    private const int Callers = 4;
    private const int FrameSamples = 160;
    private const int FramesPerSecond = 50;
    private const int Levels = 100;

    /// <summary>The second that may be lost, and what was on the way from the caller's socket.</summary>
    private const int MayBeLost = FramesPerSecond + 5;
    private static readonly int Kills = Setting("CALLCLUSTER_KILLS", 5);
    private readonly Random _random = new(Setting("CALLCLUSTER_SEED", 22));
    private readonly ScratchDirectory _scratch = new();
    private int _worst;

    [Fact]
    public async Task Of_a_message_whose_process_is_killed_at_most_the_last_second_is_lost()
    {
        TestContext.Current.TestOutputHelper?.WriteLine($"{Kills} kills, seed {Setting("CALLCLUSTER_SEED", 22)}");
        var configuration = new CallClusterConfiguration(_scratch).With("Numbers", "6000", "\"voicemail:support\"")
            .With("Voicemail", "Boxes", """{ "support": { "MaxLength": "00:01:00" } }""");
        var server = await CallClusterProcess.Start(configuration);
        try
        {
            var messages = 0;
            for (var kill = 1; kill <= Kills; kill++)
            {
                await using var phone = await SipPhone.StartAsync();
                var calls = Enumerable.Range(0, Callers).Select(caller => LeaveMessage(phone, server.SipPort, $"{kill * Callers + caller}")).ToArray();
                await Task.Delay(TimeSpan.FromSeconds(0.5 + (_random.NextDouble() * 4)));
                server.Signal(UnixSignal.Kill);
                var said = Array.ConvertAll(calls, call => call.Said());
                await server.WaitForExit(TimeSpan.FromSeconds(10));
                await server.DisposeAsync();
                server = await CallClusterProcess.Start(configuration);
                foreach (var message in said) messages += await Check(server, message, kill);
                if (kill % 10 == 0) Console.WriteLine($"{kill} kills, {messages} messages, at most {_worst * 20} ms lost of one");
            }

            Assert.True(messages > 0, "no caller got as far as the beep");
            TestContext.Current.TestOutputHelper?.WriteLine($"{messages} messages in {Kills} kills, none lost; at most {_worst * 20} ms of one");
        }
        finally
        {
            await server.DisposeAsync();
        }
    }

    public void Dispose() => _scratch.Dispose();

    private Caller LeaveMessage(SipPhone phone, int port, string number)
    {
        // Some talk on until the process dies, others have hung up by then.
        TimeSpan? hangsUpAfter = _random.Next(3) == 0 ? TimeSpan.FromSeconds(0.5 + (_random.NextDouble() * 3)) : null;
        return new Caller(phone.Dial($"sip:6000@127.0.0.1:{port}", new CallOptions { From = number }), number, hangsUpAfter);
    }

    /// <summary>1 when there is a message.</summary>
    private async Task<int> Check(CallClusterProcess server, Message message, int kill)
    {
        if (message.AfterBeep <= MayBeLost) return 0;
        var tickets = await Eventually.Becomes(() => server.List("tickets?limit=1000"), all => Of(message, all).Count > 0, $"kill {kill}: the ticket of {message}");
        var ticket = Assert.Single(Of(message, tickets));
        Assert.True(ticket["audioFile"] is not null, $"kill {kill}: {message} has no audio: {ticket}");
        var audio = WavReader.Read(await server.GetBytes($"voicemails/{ticket["id"]}/audio"));
        Assert.Equal(audio.Length / 8000.0, TimeSpan.Parse((string)ticket["duration"]!, CultureInfo.InvariantCulture).TotalSeconds, 3);
        var frames = Enumerable.Range(0, audio.Length / FrameSamples).Select(i => Code.NumberOf(audio.AsSpan(i * FrameSamples, FrameSamples))).ToArray();
        Assert.True(frames.Length > 0 && frames[^1] >= 0, $"kill {kill}: {message} ends with what nobody said");
        var lost = message.Sent - 1 - frames[^1];
        Assert.True(lost <= MayBeLost, $"kill {kill}: {lost * 20} ms lost of {message}");
        Assert.Equal(Enumerable.Range(frames[0], frames.Length), frames);
        _worst = Math.Max(_worst, lost);
        return 1;
    }

    private static List<JsonNode> Of(Message message, JsonArray tickets) => [.. tickets.Where(ticket => (string?)ticket!["caller"] == message.Number).Select(ticket => ticket!)];

    private static int Setting(string name, int otherwise) => int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var value) ? value : otherwise;

    /// <summary>What a caller had said when the process was dead, in frames of 20 ms.</summary>
    private sealed record Message(string Number, int Sent, int AfterBeep);

    private sealed class Caller
    {
        private static readonly short[] Speech = Code.Frames(60 * FramesPerSecond);
        private readonly PhoneCall _call;
        private readonly string _number;
        private int _beganAt = int.MaxValue;

        public Caller(PhoneCall call, string number, TimeSpan? hangsUpAfter)
        {
            (_call, _number) = (call, number);
            _ = Talk(hangsUpAfter);
        }

        public Message Said()
        {
            var sent = (int)_call.Statistics.PacketsSent;
            return new Message(_number, sent, Math.Max(0, sent - Volatile.Read(ref _beganAt)));
        }

        private async Task Talk(TimeSpan? hangsUpAfter)
        {
            try
            {
                await _call.Answered;
                _ = _call.PlayAsync(Speech);
                await _call.Heard.WaitAsync(Tones.Beep.Samples);
                Volatile.Write(ref _beganAt, (int)_call.Statistics.PacketsSent);
                if (hangsUpAfter is not { } time) return;
                await Task.Delay(time);
                _call.HangUp();
            }
            catch (PhoneCallFailedException)
            {
                // The process died first.
            }
        }
    }

    /// <summary>Frames that say their number: two levels of mu-law that survive the codec as they are.</summary>
    private static class Code
    {
        public static short[] Frames(int count)
        {
            var samples = new short[count * FrameSamples];
            for (var i = 0; i < count; i++)
            {
                samples.AsSpan(i * FrameSamples, FrameSamples / 2).Fill(Level(i % Levels));
                samples.AsSpan((i * FrameSamples) + (FrameSamples / 2), FrameSamples / 2).Fill(Level(i / Levels));
            }

            return samples;
        }

        /// <summary>-1 for a frame that is none of these.</summary>
        public static int NumberOf(ReadOnlySpan<short> frame) => LevelOf(frame[0]) is >= 0 and var low && LevelOf(frame[^1]) is >= 0 and var high ? low + (high * Levels) : -1;

        private static short Level(int level) => G711.Decode((byte)(level + 1), G711Law.Mu);

        private static int LevelOf(short sample) => G711.Encode(sample, G711Law.Mu) is >= 1 and <= Levels and var code ? code - 1 : -1;
    }
}
