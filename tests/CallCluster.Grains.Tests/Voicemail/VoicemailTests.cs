using CallCluster.Contracts.Calls;
using CallCluster.Contracts.Configuration;
using CallCluster.Contracts.Tickets;
using CallCluster.Grains.Calls;
using CallCluster.Grains.Tests.Calls;

namespace CallCluster.Grains.Tests.Voicemail;

/// <summary>I5: whoever hears the beep leaves a ticket, with or without audio.</summary>
public sealed class VoicemailTests
{
    private static CallStory AfterTheBeep() => new CallStory("voicemail:support").Arrives().PromptEnds().PromptEnds();

    [Fact]
    public void Answer_greeting_beep_and_recording_follow_each_other()
    {
        var story = new CallStory("voicemail:support").Arrives().Expects<AnswerCaller>();
        Assert.Equal("voicemail", story.Edge.Playing);
        story.PromptEnds();
        Assert.Equal("beep", story.Edge.Playing);
        story.PromptEnds();
        Assert.True(story.Expect<StartRecording>() is { Box: "support", MaxLength.TotalMinutes: 3, MaxSilence.TotalSeconds: 10, Ticket: { Id: CallStory.Id, Caller: "+15550111", Reason: "Direct", AudioFile: null } });
    }

    [Fact]
    public void A_box_without_greeting_beeps()
    {
        Assert.Equal(["beep"], new CallStory("voicemail:plain").Arrives().Expect<Play>().Prompts);
    }

    [Fact]
    public void The_beep_waits_until_the_manifest_is_on_disk_but_not_for_a_disk_that_hangs()
    {
        var story = new CallStory("voicemail:support") { DiskAnswers = false }.Arrives().PromptEnds().ExpectsNo<Play>();
        Assert.True(story.Expect<PrepareRecording>() is { RecordingId: CallStory.Id, Box: "support", Ticket: { Id: CallStory.Id, Caller: "+15550111" } });
        Assert.Equal(["beep"], story.FromEdge(new RecordingPrepared(0, CallStory.Id)).Expect<Play>().Prompts);
        story.PromptEnds().Expects<StartRecording>();

        var slow = new CallStory("voicemail:support") { DiskAnswers = false }.Arrives().PromptEnds().After(1.9).ExpectsNo<Play>();
        Assert.Equal(["beep"], slow.After(0.2).Expect<Play>().Prompts);
        slow.FromEdge(new RecordingPrepared(0, CallStory.Id)).ExpectsNo<Play>().PromptEnds().Expects<StartRecording>();
    }

    [Fact]
    public void A_silo_that_dies_while_the_manifest_is_written_asks_for_it_again()
    {
        var story = new CallStory("voicemail:plain") { DiskAnswers = false }.Arrives().SiloCrashes().EdgeAttaches().Expects<PrepareRecording>();
        Assert.Equal(["beep"], story.FromEdge(new RecordingPrepared(0, CallStory.Id)).Expect<Play>().Prompts);
    }

    [Fact]
    public void Silence_ends_no_message_where_it_is_not_to()
    {
        var story = new CallStory("voicemail:plain");
        story.Routing.Current = story.Routing.Current with { Voicemail = story.Routing.Current.Voicemail with { Boxes = new Dictionary<string, VoicemailBoxOptions> { ["plain"] = new() { MaxSilence = TimeSpan.Zero } } } };
        Assert.Null(story.Arrives().PromptEnds().Expect<StartRecording>().MaxSilence);
    }

    [Fact]
    public void The_greeting_can_be_cut_by_a_key_and_the_beep_cannot()
    {
        var story = new CallStory("voicemail:support").Arrives();
        Assert.True(story.Expect<Play>().StopOnDigit);
        Assert.False(story.PromptEnds().Expect<Play>().StopOnDigit);
    }

    [Fact]
    public void Hash_ends_the_message_and_the_thanks_follow_the_commit()
    {
        var story = AfterTheBeep().Keys("5").ExpectsNo<StopRecording>().Keys("#").Expects<StopRecording>();
        story.RecordingEnds().ExpectsNo<Play>().Expects<StoreTicket>();
        Assert.Equal(["thanks"], story.TicketIsStored().Expect<Play>().Prompts);
        Assert.Equal(200, story.PromptEnds().Expect<HangUp>().Status);
        Assert.Equal((CallOutcome.Voicemail, CallStory.Id), (story.Record.Outcome, story.Record.Ticket));
    }

    [Fact]
    public void A_box_without_thanks_ends_the_call_when_the_message_is_stored()
    {
        var story = new CallStory("voicemail:plain").Arrives().PromptEnds().RecordingEnds().TicketIsStored().ExpectsNo<Play>();
        Assert.Equal(200, story.Expect<HangUp>().Status);
        Assert.Equal((CallOutcome.Voicemail, CallStory.Id), (story.Record.Outcome, story.Record.Ticket));
    }

    [Fact]
    public void Thanks_that_a_crash_cut_short_are_played_again()
    {
        var story = AfterTheBeep().RecordingEnds().TicketIsStored().Is(CallPhase.Thanking).SiloCrashes().EdgeAttaches();
        Assert.Equal(["thanks"], story.Expect<Play>().Prompts);
        story.PromptEnds().Is(CallPhase.Ended);
    }

    [Fact]
    public void The_ticket_tells_who_waited_where_for_how_long()
    {
        var story = new CallStory("queue:support").Arrives().After(30).Overflows("voicemail:support", "NoAgents").PromptEnds().PromptEnds().RecordingEnds();
        var ticket = story.Expect<StoreTicket>().Ticket;
        Assert.Equal(("support", "support", "NoAgents", 30d, "+15550111", "Ann", "m.wav"),
            (ticket.Box, ticket.Queue, ticket.Reason, ticket.Waited.TotalSeconds, ticket.Caller, ticket.CallerName, ticket.AudioFile));
        Assert.Equal(TicketStatus.Open, ticket.Status);
    }

    [Fact]
    public void A_direct_message_says_so()
    {
        var ticket = AfterTheBeep().RecordingEnds().Expect<StoreTicket>().Ticket;
        Assert.Equal(("Direct", null, TimeSpan.Zero), (ticket.Reason, ticket.Queue, ticket.Waited));
    }

    [Fact]
    public void A_caller_who_hangs_up_before_the_beep_has_ended_leaves_no_ticket()
    {
        var story = new CallStory("queue:support").Arrives().Overflows("voicemail:support").PromptEnds().CallerHangsUp();
        Assert.Equal(CallOutcome.Abandoned, story.Record.Outcome);
        story.Settles().HoldsNothing();
        Assert.Empty(story.Tickets);
    }

    [Fact]
    public void A_caller_who_hangs_up_after_the_beep_leaves_one_when_the_recording_has_ended()
    {
        var story = AfterTheBeep().CallerHangsUp().ExpectsNo<CallRecord>();
        story.RecordingEnds().Expects<StoreTicket>().Expects<CallRecord>(record => record.Ticket == CallStory.Id && record.Outcome == CallOutcome.Voicemail);
        story.Settles().HoldsNothing();
    }

    [Fact]
    public void A_recording_whose_end_is_told_before_the_hang_up_is_one_message()
    {
        var story = AfterTheBeep().RecordingEnds().CallerHangsUp().Settles();
        story.HoldsNothing();
        Assert.Equal(CallOutcome.Voicemail, story.Record.Outcome);
    }

    [Fact]
    public void Failed_audio_keeps_the_ticket_and_says_why()
    {
        var ticket = AfterTheBeep().RecordingEnds(file: null, failure: "disk full").Expect<StoreTicket>().Ticket;
        Assert.Equal((null, "disk full", TimeSpan.Zero), (ticket.AudioFile, ticket.AudioFailure, ticket.Duration));
    }

    [Fact]
    public void A_recording_whose_end_is_never_told_leaves_a_ticket_after_the_hang_up()
    {
        var story = AfterTheBeep().CallerHangsUp().After(11);
        Assert.NotNull(story.Expect<StoreTicket>().Ticket.AudioFailure);
        story.Expects<CallRecord>();
    }

    [Fact]
    public void A_recording_that_outlasts_its_length_is_stopped_and_leaves_a_ticket()
    {
        AfterTheBeep().EdgeAcknowledges().After(60 + 39).EdgeAcknowledges().After(91).Expects<StopRecording>().Expects<StoreTicket>();
    }

    [Fact]
    public void Audio_that_is_told_after_the_wait_was_given_up_joins_the_ticket()
    {
        var story = AfterTheBeep().CallerHangsUp().After(11).RecordingEnds();
        Assert.Equal("m.wav", story.Expect<StoreTicket>().Ticket.AudioFile);
        story.Settles();
        Assert.Single(story.Tickets);
    }

    [Fact]
    public void The_ticket_is_stored_again_until_it_is_confirmed_but_the_caller_is_not_kept()
    {
        var story = AfterTheBeep().RecordingEnds().After(1).Expects<StoreTicket>().After(5).Is(CallPhase.Ended).RecordIsWritten();
        story.FromEdge(new LegEnded(0, LegEndCause.LocalHangup, null, null)).ExpectsNo<ForgetCall>();
        story.After(3).Expects<StoreTicket>().After(600).Expects<StoreTicket>();
        story.TicketIsStored().Expects<ForgetCall>();
    }

    [Fact]
    public void The_death_of_the_edge_while_recording_leaves_a_ticket_that_says_so()
    {
        var story = AfterTheBeep().Post(new CallEdgeLost("edge1"));
        Assert.Contains("edge", story.Expect<StoreTicket>().Ticket.AudioFailure);
        Assert.Equal(CallStory.Id, story.Expect<CallRecord>().Ticket);
    }

    [Fact]
    public void A_message_that_a_lost_state_does_not_know_of_gets_its_ticket_none_the_less()
    {
        var story = AfterTheBeep().SiloCrashes(storeFailed: true).EdgeAttaches().RecordingEnds();
        Assert.Equal("m.wav", story.Expect<StoreTicket>().Ticket.AudioFile);
    }

    [Fact]
    public void A_lost_state_learns_from_the_edge_what_the_message_was_about()
    {
        var begun = AfterTheBeep().Expect<StartRecording>().Ticket;
        var story = AfterTheBeep().SiloCrashes(storeFailed: true).EdgeAttaches().FromEdge(new RecordingFinished(0, CallStory.Id, TimeSpan.FromSeconds(3), "m.wav", null) { Ticket = begun });
        var ticket = story.Expect<StoreTicket>().Ticket;
        Assert.Equal(("support", "Direct"), (ticket.Box, ticket.Reason));
    }

    [Fact]
    public void Prompts_whose_end_is_never_told_do_not_hold_the_caller()
    {
        var story = new CallStory("voicemail:support").Arrives().EdgeAcknowledges().After(99).EdgeAcknowledges().After(22).EdgeAcknowledges();
        story.After(6).Is(CallPhase.Recording).RecordingEnds().TicketIsStored().EdgeAcknowledges().After(16).Is(CallPhase.Ended);
    }
}
