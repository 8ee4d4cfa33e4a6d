using CallCluster.Contracts.Calls;
using CallCluster.Contracts.Configuration;
using CallCluster.Contracts.Tickets;
using CallCluster.Grains.Voicemail;

namespace CallCluster.Grains.Calls;

/// <summary>Greeting, manifest, beep, message, ticket, thanks. After the beep there will be a ticket, whatever happens (I5).</summary>
public sealed partial class CallMachine
{
    private static readonly TimeSpan LongestGreeting = TimeSpan.FromMinutes(2);

    /// <summary>A disk that hangs does not keep a caller from the beep for longer.</summary>
    private static readonly TimeSpan LongestPreparation = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongestBeep = TimeSpan.FromSeconds(5);

    /// <summary>How much later than its greatest length a recording may be told finished.</summary>
    private static readonly TimeSpan RecordingSlack = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan StoreTicketEvery = TimeSpan.FromSeconds(1);

    /// <summary>A caller is not kept longer for the thanks; the ticket is stored all the same.</summary>
    private static readonly TimeSpan CommitPatience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestThanks = TimeSpan.FromSeconds(15);

    private void EnterVoicemail(string box, string reason, StoredCall call)
    {
        if (!Routing.Voicemail.Boxes.TryGetValue(box, out var options))
        {
            NotConfigured($"voicemail:{box}", call);
            return;
        }
        call.Voicemail = new VoicemailState
        {
            Box = box,
            Queue = call.Queue,
            Reason = reason,
            Waited = call.FirstQueuedAt is { } since ? _now - since : TimeSpan.Zero,
        };
        Step(call, $"voicemail {box}");
        Answer(call);
        if (options.Greeting is null)
        {
            Prepare(call);
            return;
        }
        Enter(CallPhase.VoicemailGreeting, call, LongestGreeting);
        Listen(true, call);
        PlayOnce(call, [options.Greeting], stopOnDigit: true);
    }

    private void Prepare(StoredCall call)
    {
        Enter(CallPhase.PreparingMessage, call, LongestPreparation);
        SendPreparation(call);
    }

    private void SendPreparation(StoredCall call) => Send(new PrepareRecording(0, CallId, call.Voicemail!.Box, call.Voicemail.Draft(CallId, call.Offer, _now)));

    private void OnRecordingPrepared(StoredCall call)
    {
        if (call.Phase == CallPhase.PreparingMessage) Beep(call);
    }

    private void Beep(StoredCall call)
    {
        Enter(CallPhase.VoicemailBeep, call, LongestBeep);
        PlayOnce(call, ["beep"], stopOnDigit: false);
    }

    private void Record(StoredCall call)
    {
        Enter(CallPhase.Recording, call, OptionsOf(call).MaxLength + RecordingSlack);
        call.Voicemail!.RecordingId = CallId;
        Listen(true, call);
        BeginRecording(call);
    }

    private void BeginRecording(StoredCall call)
    {
        var box = OptionsOf(call);
        Send(new StartRecording(0, CallId, call.Voicemail!.Box, box.MaxLength)
        {
            Ticket = call.Voicemail.Draft(CallId, call.Offer, _now),
            MaxSilence = box.MaxSilence > TimeSpan.Zero ? box.MaxSilence : null,
        });
    }

    /// <summary>What is usual for a box that a reload has taken away.</summary>
    private VoicemailBoxOptions OptionsOf(StoredCall call) => Routing.Voicemail.Boxes.GetValueOrDefault(call.Voicemail!.Box) ?? new VoicemailBoxOptions();

    private void OnVoicemailPrompt(StoredCall call)
    {
        switch (call.Phase)
        {
            case CallPhase.VoicemailGreeting: Prepare(call); break;
            case CallPhase.VoicemailBeep: Record(call); break;
            case CallPhase.Thanking: EndVoicemail(call); break;
        }
    }

    private void OnVoicemailDigit(char digit, StoredCall call)
    {
        // A key during the greeting has cut it at the edge; the end of the playback follows.
        if (call.Phase == CallPhase.Recording && digit == '#') Send(new StopRecording(0, CallId));
    }

    private void OnVoicemailDue(StoredCall call)
    {
        switch (call.Phase)
        {
            case CallPhase.PreparingMessage: Beep(call); break;
            case CallPhase.Recording:
                Send(new StopRecording(0, CallId));
                Commit(TimeSpan.Zero, null, "the edge did not tell the end of the recording", call);
                break;
            case CallPhase.StoringTicket: EndVoicemail(call); break;
            default: OnVoicemailPrompt(call); break;
        }
    }

    private void OnRecordingFinished(RecordingFinished recording, StoredCall call)
    {
        // A CallGrain that lost its state and was routed anew does not know of the message: it gets its ticket none the less.
        call.Voicemail ??= VoicemailState.Recovered(recording.Ticket);
        call.Voicemail.RecordingId ??= recording.RecordingId;
        // Also when the wait for it was given up before: a ticket without audio is stored again with it.
        if (call.Voicemail.Ticket is null or { AudioFile: null } && (call.Voicemail.Ticket is null || recording.AudioFile is not null))
            Commit(recording.Duration, recording.AudioFile, recording.Failure, call);
    }

    private void Commit(TimeSpan duration, string? audioFile, string? failure, StoredCall call)
    {
        call.Voicemail!.MakeTicket(CallId, call.Offer, duration, audioFile, failure, _now);
        Step(call, failure is null ? $"message of {duration.TotalSeconds:0} s" : $"message of {duration.TotalSeconds:0} s: {failure}");
        _effects.Persist();
        call.Voicemail.Stored = false;
        if (call.Phase == CallPhase.Recording) Enter(CallPhase.StoringTicket, call, CommitPatience);
        else if (call.Phase == CallPhase.Ended) call.RepeatAt = null;
        StoreTicket(call);
    }

    private void StoreTicket(StoredCall call)
    {
        if (call.Voicemail is not { Ticket: { } ticket, Stored: false }) return;
        _effects.ToTicket(ticket.Id, new StoreTicket(ticket));
        if (call.Phase == CallPhase.StoringTicket) call.RepeatAt = _now + StoreTicketEvery;
    }

    private void OnTicketStored(TicketStored stored, StoredCall call)
    {
        if (call.Voicemail?.Ticket?.Id != stored.TicketId) return;
        call.Voicemail.Stored = true;
        if (call.Phase == CallPhase.StoringTicket)
        {
            Thank(call);
        }
        else if (call.Phase == CallPhase.Ended) Settle(call);
    }

    private void Thank(StoredCall call)
    {
        if (!Routing.Voicemail.Boxes.TryGetValue(call.Voicemail!.Box, out var box) || box.Thanks is null)
        {
            EndVoicemail(call);
            return;
        }
        Enter(CallPhase.Thanking, call, LongestThanks);
        PlayOnce(call, [box.Thanks], stopOnDigit: false);
    }

    private void EndVoicemail(StoredCall call) => Refuse(200, "message taken", call);

    private void ResumeVoicemail(StoredCall call)
    {
        switch (call.Phase)
        {
            case CallPhase.VoicemailGreeting when Routing.Voicemail.Boxes.TryGetValue(call.Voicemail!.Box, out var box) && box.Greeting is { } greeting:
                PlayOnce(call, [greeting], stopOnDigit: true);
                break;
            case CallPhase.PreparingMessage: SendPreparation(call); break;
            case CallPhase.VoicemailGreeting or CallPhase.VoicemailBeep: PlayOnce(call, ["beep"], stopOnDigit: false); break;
            case CallPhase.Recording: BeginRecording(call); break;
            case CallPhase.Thanking: Thank(call); break;
        }
    }
}
