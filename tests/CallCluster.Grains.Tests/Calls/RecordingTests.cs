using CallCluster.Contracts.Calls;
using CallCluster.Contracts.Configuration;
using CallCluster.Contracts.Queues;
using CallCluster.Grains.Calls;

namespace CallCluster.Grains.Tests.Calls;

/// <summary>Conversations that the queue wants recorded.</summary>
public sealed class RecordingTests
{
    [Fact]
    public void It_begins_with_the_agent_goes_on_through_a_transfer_and_the_record_waits_for_its_end()
    {
        var story = Recorded();
        story.FromEdge(new TransferAsked(story.Edge.AgentLeg, "queue:sales")).Is(CallPhase.Queued).AgentIsReserved("bob").AgentAnswers().Is(CallPhase.Connected).ExpectsNo<RecordConversation>();
        story.CallerHangsUp().Is(CallPhase.Ended);
        Assert.Empty(story.Records);
        story.ConversationIsRecorded();
        Assert.Equal(new RecordedConversation("c.wav", TimeSpan.FromSeconds(9), null), story.Record.Recording);
        story.Settles().HoldsNothing();
    }

    [Fact]
    public void A_queue_that_does_not_want_it_and_a_call_without_a_queue_have_none()
    {
        var story = new CallStory().Arrives().After(0.05).AgentIsReserved().AgentAnswers().Is(CallPhase.Connected).ExpectsNo<RecordConversation>();
        story.CallerHangsUp().Settles().HoldsNothing();
        Assert.Null(story.Record.Recording);
        new CallStory("agent:alice").Arrives().DirectAgentIsReserved().AgentAnswers().Is(CallPhase.Connected).ExpectsNo<RecordConversation>();
    }

    [Fact]
    public void One_that_fails_is_told_in_the_record_and_the_call_goes_on()
    {
        var story = Recorded().ConversationIsRecorded("disk full").Is(CallPhase.Connected);
        story.CallerHangsUp().Settles().HoldsNothing();
        Assert.Equal("disk full", story.Record.Recording!.Failure);
    }

    [Fact]
    public void An_edge_that_does_not_tell_its_end_holds_the_record_up_for_seconds_only()
    {
        var story = Recorded().CallerHangsUp();
        story.After(10.1);
        Assert.Contains("did not tell", story.Record.Recording!.Failure, StringComparison.Ordinal);
    }

    [Fact]
    public void An_edge_that_is_lost_loses_the_end_of_it()
    {
        var story = Recorded().Post(new CallEdgeLost("edge1"));
        Assert.Contains("lost", story.Record.Recording!.Failure, StringComparison.Ordinal);
        Assert.Equal(CallOutcome.Answered, story.Record.Outcome);
    }

    [Fact]
    public void A_silo_that_dies_asks_for_it_again()
    {
        var story = Recorded().SiloCrashes().EdgeAcknowledges().Expects<RecordConversation>(record => record.RecordingId == CallStory.Id + "-conversation");
        story.EdgeAttaches().CallerHangsUp().Settles().HoldsNothing();
        Assert.Equal("c.wav", story.Record.Recording!.AudioFile);
    }

    [Fact]
    public void A_silo_that_loses_its_state_still_gets_it_into_the_record()
    {
        var story = Recorded().SiloCrashes(storeFailed: true).EdgeAcknowledges().EdgeAttaches().Is(CallPhase.Connected);
        story.CallerHangsUp().Settles().HoldsNothing();
        Assert.Equal("c.wav", story.Record.Recording!.AudioFile);
    }

    private static CallStory Recorded()
    {
        var story = new CallStory();
        var queues = story.Routing.Current.Queues.ToDictionary();
        queues["support"] = queues["support"] with { Record = RecordPolicy.Always };
        story.Routing.Current = story.Routing.Current with { Queues = queues };
        return story.Arrives().After(0.05).AgentIsReserved().AgentAnswers().Expects<RecordConversation>().CallerIsConfirmed().Is(CallPhase.Connected);
    }
}
