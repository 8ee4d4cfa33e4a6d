using CallCluster.Contracts.Calls;
using CallCluster.Contracts.Configuration;
using CallCluster.Grains.Calls;

namespace CallCluster.Grains.Tests.Calls;

/// <summary>Destinations, and names that a reload has removed.</summary>
public sealed class RoutingTests
{
    [Theory]
    [InlineData("hangup:486", 486)]
    [InlineData("hangup:603", 603)]
    [InlineData("hangup:200", 480)]
    [InlineData("hangup:x", 480)]
    [InlineData("queue:gone", 404)]
    [InlineData("agent:gone", 404)]
    [InlineData("voicemail:gone", 404)]
    [InlineData("flow:gone", 404)]
    [InlineData("ai:receptionist", 404)]
    [InlineData("nonsense", 404)]
    public void A_call_that_cannot_go_there_is_refused_with_a_clear_step(string destination, int status)
    {
        var story = new CallStory(destination).Arrives();
        Assert.Equal(status, story.Expect<RejectCaller>().Status);
        Assert.Contains(destination, story.Record.Steps[^1].What);
        Assert.Equal(CallOutcome.Refused, story.Record.Outcome);
        story.Settles().HoldsNothing();
    }

    [Fact]
    public void A_circle_of_destinations_ends_the_call()
    {
        var story = new CallStory("flow:circle").Arrives();
        Assert.Equal(482, story.Expect<RejectCaller>().Status);
        Assert.Contains("circle", story.Record.Steps[^1].What);
        story.Settles().HoldsNothing();
    }

    [Fact]
    public void Queues_that_overflow_into_each_other_end_the_call()
    {
        var story = new CallStory("queue:support").Arrives();
        for (var hop = 0; story.Call.Phase != CallPhase.Ended; hop++)
        {
            Assert.True(hop < 20);
            story.Overflows(story.Call.Queue == "support" ? "queue:sales" : "queue:support");
        }
        story.Settles().HoldsNothing();
    }

    [Fact]
    public void A_flow_that_a_reload_removes_ends_its_callers()
    {
        var story = new CallStory("flow:main").Arrives();
        story.Routing.Current = story.Routing.Current with { Flows = new Dictionary<string, FlowOptions>() };
        story.Keys("1").Is(CallPhase.Ended);
        Assert.Contains("flow:main is not configured", story.Record.Steps[^1].What);
        story.Settles().HoldsNothing();
    }

    [Fact]
    public void A_queue_that_a_reload_removes_does_not_disturb_a_call_in_it()
    {
        var story = new CallStory("queue:sales").Arrives();
        story.Routing.Current = story.Routing.Current with { Queues = new Dictionary<string, QueueOptions>() };
        story.After(1).AgentIsReserved().AgentAnswers().Is(CallPhase.Connected).AgentHangsUp().Settles().HoldsNothing();
    }
}
