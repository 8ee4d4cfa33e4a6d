using CallCluster.Media.Codecs;
using CallCluster.Media.Comparison;
using CallCluster.Media.Engine;
using CallCluster.Media.Prompts;
using CallCluster.Phone;

namespace CallCluster.Host.Demo;

/// <summary>The script: a day of a small contact centre in one minute. All calls are real SIP and RTP over loopback.</summary>
internal sealed class DemoDay(DemoReport report, DemoOptions options)
{
    private const string MainNumber = "+15550100";
    private const string SupportNumber = "+15550102";

    /// <summary>Plays the day. What goes wrong is told to the report as a failed expectation; the scene that it happened in is the last.</summary>
    public async Task PlayAsync(CancellationToken cancellationToken)
    {
        report.Begin("CallCluster: a day in one minute");
        report.BeginScene("Opening");
        try
        {
            using var directory = new DemoDirectory();
            using var media = new MediaEngine(new MediaEngineOptions { Threads = 1 });
            await using var alice = await DemoPerson.StartAsync("Alice", "alice", voice: 1, media, report, directory.AlicesPassword, cancellationToken);
            await using var carol = await DemoPerson.StartAsync("Carol", "carol", voice: 2, media, report, cancellationToken: cancellationToken);
            await using var cluster = await DemoCluster.StartAsync(directory, carol.Phone.Contact.ToString(), options.Patience, cancellationToken);
            report.Tell("CallCluster", $"listens for SIP on {cluster.SipAddress}, for HTTP on {cluster.Api.BaseAddress}");
            await alice.Phone.RegisterAsync($"sip:{cluster.SipAddress}", cancellationToken: cancellationToken).WaitAsync(options.Patience, cancellationToken);
            await cluster.WaitForPresenceAsync("alice", "Available", cancellationToken);
            report.Tell("Alice", "knows support well (level 5)");
            report.Tell("Carol", "knows a little of it (level 1; the queue asks for 3) and has been idle for longer");

            await using var ann = await DemoPerson.StartAsync("Ann", "+15550111", voice: 3, media, report, cancellationToken: cancellationToken);
            await using var ben = await DemoPerson.StartAsync("Ben", "+15550122", voice: 4, media, report, cancellationToken: cancellationToken);
            await using var cem = await DemoPerson.StartAsync("Cem", "+15550133", voice: 5, media, report, cancellationToken: cancellationToken);
            await using var dee = await DemoPerson.StartAsync("Dee", "+15550144", voice: 6, media, report, cancellationToken: cancellationToken);

            report.BeginScene("Morning: a key, and the best skilled agent");
            var first = await MorningAsync(cluster, directory, ann, alice, carol, cancellationToken);
            if (!report.Passed)
                return;
            report.BeginScene("Noon: two wait in line");
            await NoonAsync(cluster, directory, first, [ben, cem], alice, cancellationToken);
            if (!report.Passed)
                return;
            report.BeginScene("Evening: nobody there, a voicemail");
            await EveningAsync(cluster, directory, dee, alice, carol, cancellationToken);
            if (!report.Passed)
                return;
            report.BeginScene("Closing");
            await ClosingAsync(cluster, directory, cancellationToken);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            report.Expect(false, "the scene is played to its end", exception is TimeoutException ? $"nothing more happened for {options.Patience.TotalSeconds:F0} s" : exception.Message);
        }
    }

    /// <summary>Returns the call of caller and agent, who go on talking.</summary>
    private async Task<PhoneCall> MorningAsync(DemoCluster cluster, DemoDirectory directory, DemoPerson ann, DemoPerson alice, DemoPerson carol, CancellationToken cancellationToken)
    {
        var call = ann.Phone.Dial(cluster.Number(MainNumber));
        await Soon(call.Answered, cancellationToken);
        await HearAsync("Ann hears the greeting whole", call, directory.Welcome, 0, cancellationToken);
        report.Tell("Ann", "presses 2 and #");
        await Soon(call.SendDigitsAsync("2#", cancellationToken), cancellationToken);
        var answered = await PickUpAsync(alice, cancellationToken);
        report.Expect(carol.Phone.Calls.Count == 0, "Alice is rung, not Carol who lacks the skill", carol.Phone.Calls.Count == 0 ? "Alice alone" : "Carol too");
        await TalkAsync(ann, call, alice, answered, cancellationToken);
        return call;
    }

    private async Task NoonAsync(DemoCluster cluster, DemoDirectory directory, PhoneCall going, DemoPerson[] callers, DemoPerson alice, CancellationToken cancellationToken)
    {
        var calls = new List<(DemoPerson Caller, PhoneCall Call)>();
        foreach (var caller in callers)
        {
            var call = caller.Phone.Dial(cluster.Number(SupportNumber));
            calls.Add((caller, call));
            await Soon(call.Answered, cancellationToken);
            await HearAsync($"{caller.Name} waits in line and hears music", call, directory.Music, 0, cancellationToken);
        }

        await Soon(going.HangUpAsync(cancellationToken), cancellationToken);
        foreach (var (caller, call) in calls)
        {
            var answered = await PickUpAsync(alice, cancellationToken);
            var next = calls.FirstOrDefault(c => answered.Peer.Contains(c.Caller.Phone.Address.User!, StringComparison.Ordinal)).Caller;
            if (!report.Expect(next == caller, $"{caller.Name} is the next to be served", next?.Name ?? answered.Peer))
                throw new InvalidOperationException("The line is out of order.");
            await TalkAsync(caller, call, alice, answered, cancellationToken);
            await Soon(answered.HangUpAsync(cancellationToken), cancellationToken);
            await Soon(call.Ended, cancellationToken);
        }
    }

    private async Task EveningAsync(DemoCluster cluster, DemoDirectory directory, DemoPerson dee, DemoPerson alice, DemoPerson carol, CancellationToken cancellationToken)
    {
        await Soon(alice.Phone.UnregisterAsync(cancellationToken), cancellationToken);
        await cluster.WaitForPresenceAsync("alice", "Offline", cancellationToken);
        report.Tell("Alice", "has gone home");
        var call = dee.Phone.Dial(cluster.Number(SupportNumber));
        await Soon(call.Answered, cancellationToken);
        var greeting = await HearAsync("Dee hears the voicemail's greeting", call, directory.VoicemailGreeting, 0, cancellationToken);
        await HearAsync("Dee hears the beep", call, Samples(Tones.Beep), greeting.OffsetSamples + directory.VoicemailGreeting.Length, cancellationToken);
        report.Tell("Dee", "leaves a message");
        await dee.SpeakAsync(call, options.Line, cancellationToken);
        await Soon(call.HangUpAsync(cancellationToken), cancellationToken);
        report.Expect(carol.Phone.Calls.Count == 0 && alice.Phone.Calls.Count == 0, "nobody is rung", carol.Phone.Calls.Count == 0 ? "nobody" : "Carol");

        var ticket = await cluster.WaitForTicketAsync(cancellationToken);
        report.Tell("CallCluster", $"opens ticket {ticket.Id}: call {ticket.Caller} back, {ticket.Duration.TotalSeconds:F1} s of audio");
        report.Expect(ticket.Caller.Contains("+15550144", StringComparison.Ordinal), "the ticket names the caller", ticket.Caller);
        report.Expect(ticket is { Box: "support", Queue: "support", Reason: "NoAgents" }, "the ticket names box, queue and reason", $"{ticket.Box}, {ticket.Queue}, {ticket.Reason}");
        var file = Path.Combine(directory.Voicemail, ticket.AudioFile ?? "none");
        report.Expect(File.Exists(file), "its audio file is there", Path.GetFileName(file));
        var recorded = await cluster.GetAudioAsync(ticket.Id, cancellationToken);
        Judge("the message in the file is what Dee said", AudioComparison.Compare(dee.Says, recorded));
    }

    private async Task ClosingAsync(DemoCluster cluster, DemoDirectory directory, CancellationToken cancellationToken)
    {
        await cluster.WaitForNoCallsAsync(cancellationToken);
        report.Expect(true, "no call is left", "none");
        var records = await directory.WaitForRecordsAsync(4, options.Patience, cancellationToken);
        report.Expect(records == 4, "one call detail record for each of 4 calls", $"{records}");
    }

    private async Task<PhoneCall> PickUpAsync(DemoPerson agent, CancellationToken cancellationToken)
    {
        var call = await Soon(agent.Phone.WaitForCallAsync(cancellationToken), cancellationToken);
        await Soon(call.AnswerAsync(cancellationToken), cancellationToken);
        return call;
    }

    /// <summary>Both speak at once, and what each hears is compared with what the other said.</summary>
    private async Task TalkAsync(DemoPerson caller, PhoneCall callerCall, DemoPerson agent, PhoneCall agentCall, CancellationToken cancellationToken)
    {
        report.Tell(caller.Name, $"and {agent.Name} talk");
        // What the caller heard before, music or greeting, does not count.
        var before = callerCall.Heard.Count;
        var speaking = Task.WhenAll(caller.SpeakAsync(callerCall, options.Line, cancellationToken), agent.SpeakAsync(agentCall, options.Line, cancellationToken));
        await Task.WhenAll(
            HearAsync($"{agent.Name} hears what {caller.Name} says", agentCall, caller.Says, 0, cancellationToken),
            HearAsync($"{caller.Name} hears what {agent.Name} says", callerCall, agent.Says, before, cancellationToken));
        await Soon(speaking, cancellationToken);
    }

    private async Task<AudioComparison> HearAsync(string expected, PhoneCall call, short[] speech, int from, CancellationToken cancellationToken)
    {
        // Twice the length and some: whatever plays in a loop comes round in that time.
        var within = TimeSpan.FromSeconds((2.0 * speech.Length / 8000) + 2);
        var comparison = await call.HearAsync(speech, within, from, cancellationToken);
        Judge(expected, comparison);
        return comparison;
    }

    private void Judge(string expected, AudioComparison comparison) => report.Expect(
        comparison.IsIntact, expected, FormattableString.Invariant($"{(comparison.IsIntact ? "whole" : "GARBLED OR LOST")}, {comparison.Similarity:F3} alike, {100 * comparison.Loss:F0} % lost"));

    private Task Soon(Task task, CancellationToken cancellationToken) => task.WaitAsync(options.Patience, cancellationToken);

    private Task<T> Soon<T>(Task<T> task, CancellationToken cancellationToken) => task.WaitAsync(options.Patience, cancellationToken);

    private static short[] Samples(Prompt prompt)
    {
        var samples = new short[prompt.Samples];
        G711.Decode(prompt.Encoded(MediaCodec.Pcmu).Span, samples, G711Law.Mu);
        return samples;
    }
}
