using System.Globalization;
using System.Text.Json.Nodes;
using CallCluster.EndToEnd.Tests.Audio;
using CallCluster.EndToEnd.Tests.Processes;
using CallCluster.Media.Prompts;
using CallCluster.Media.Wav;
using CallCluster.Phone;

namespace CallCluster.EndToEnd.Tests.Calls;

/// <summary>
/// PROTOCOL rule 22: a process is killed by SIGKILL at random moments while callers leave messages, and started again. No message is lost, and of none more than its last second. CALLCLUSTER_KILLS sets how
/// often (tests/kills.sh), CALLCLUSTER_SEED the moments. What a process writes that gets no processor is not judged: then only that the ticket is there.
/// </summary>
public sealed class MessageKillTests : IDisposable
{
    private const int Callers = 4;

    /// <summary>The second that may be lost, and what was on the way from the caller's socket.</summary>
    private const int MayBeLost = NumberedFrames.PerSecond + 5;

    /// <summary>A machine that held up a thread for longer is starved.</summary>
    private static readonly TimeSpan Starved = TimeSpan.FromMilliseconds(100);
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
        using var lateness = new Lateness();
        CallClusterProcess? server = await CallClusterProcess.Start(configuration);
        try
        {
            var (tickets, messages) = (0, 0);
            for (var kill = 1; kill <= Kills; kill++)
            {
                await using var phone = await SipPhone.StartAsync();
                lateness.Take();
                var calls = Enumerable.Range(0, Callers).Select(caller => LeaveMessage(phone, server.SipPort, $"{kill * Callers + caller}")).ToArray();
                await Task.Delay(TimeSpan.FromSeconds(0.5 + (_random.NextDouble() * 4)));
                server.Signal(UnixSignal.Kill);
                var said = Array.ConvertAll(calls, call => call.Said());
                await server.WaitForExit(TimeSpan.FromSeconds(30));
                var isStarved = lateness.Take() > Starved;
                await server.DisposeAsync();
                server = null;
                server = await CallClusterProcess.Start(configuration);
                foreach (var message in said.Where(message => message.AfterBeep > 0))
                {
                    var ticket = await Ticket(server, message, kill);
                    tickets++;
                    if (isStarved || message.AfterBeep <= MayBeLost) continue;
                    await CheckAudio(server, message, ticket, kill);
                    messages++;
                }

                if (kill % 10 == 0 || kill == Kills) Console.WriteLine($"{kill} kills, {tickets} tickets of callers who heard the beep, {messages} messages compared, at most {_worst * 20} ms lost of one");
            }

            Assert.True(tickets > 0, "no caller got as far as the beep");
        }
        finally
        {
            if (server is not null) await server.DisposeAsync();
        }
    }

    public void Dispose() => _scratch.Dispose();

    private Caller LeaveMessage(SipPhone phone, int port, string number)
    {
        // Some talk on until the process dies, others have hung up by then.
        TimeSpan? hangsUpAfter = _random.Next(3) == 0 ? TimeSpan.FromSeconds(0.5 + (_random.NextDouble() * 3)) : null;
        return new Caller(phone.Dial($"sip:6000@127.0.0.1:{port}", new CallOptions { From = number }), number, hangsUpAfter);
    }

    /// <summary>Whoever has heard the beep whole has one ticket, whatever was said.</summary>
    private static async Task<JsonNode> Ticket(CallClusterProcess server, Message message, int kill)
    {
        var tickets = await Eventually.Becomes(() => server.List("tickets?limit=1000"), all => Of(message, all).Count > 0, $"kill {kill}: the ticket of {message}", TimeSpan.FromSeconds(60));
        return Assert.Single(Of(message, tickets));
    }

    private async Task CheckAudio(CallClusterProcess server, Message message, JsonNode ticket, int kill)
    {
        Assert.True(ticket["audioFile"] is not null, $"kill {kill}: {message} has no audio: {ticket}");
        var audio = WavReader.Read(await server.GetBytes($"voicemails/{ticket["id"]}/audio"));
        Assert.Equal(audio.Length / 8000.0, TimeSpan.Parse((string)ticket["duration"]!, CultureInfo.InvariantCulture).TotalSeconds, 3);
        var frames = NumberedFrames.Read(audio, out _);
        Assert.True(frames.Length > 0, $"kill {kill}: nothing that was said is in {message}");
        var lost = message.Sent - 1 - frames[^1];
        Assert.True(lost <= MayBeLost, $"kill {kill}: {lost * 20} ms lost of {message}");
        Assert.Equal(Enumerable.Range(frames[0], frames.Length), frames);
        _worst = Math.Max(_worst, lost);
    }

    private static List<JsonNode> Of(Message message, JsonArray tickets) => [.. tickets.Where(ticket => (string?)ticket!["caller"] == message.Number).Select(ticket => ticket!)];

    private static int Setting(string name, int otherwise) => int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var value) ? value : otherwise;

    /// <summary>What a caller had said when the process was dead, in frames of 20 ms.</summary>
    private sealed record Message(string Number, int Sent, int AfterBeep);

    private sealed class Caller
    {
        private static readonly short[] Speech = NumberedFrames.Speech(60 * NumberedFrames.PerSecond);
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
}
