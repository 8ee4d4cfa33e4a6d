using CallCluster.Contracts.Calls;
using CallCluster.Contracts.Configuration;
using CallCluster.Contracts.Queues;
using CallCluster.Grains.Calls;

namespace CallCluster.Grains.Tests.Calls;

/// <summary>The place in line: VIP numbers, and a place kept from a call before (PROTOCOL rule 11).</summary>
public sealed class PlaceTests
{
    [Fact]
    public void The_longest_beginning_of_a_number_gives_the_priority()
    {
        var queue = new QueueOptions { Priority = 1, Vip = new Dictionary<string, int> { ["+1555"] = 3, ["+15550111"] = 7 } };
        Assert.Equal([7, 3, 1, 1], new[] { "+15550111", "+15559", "+4930", "" }.Select(queue.PriorityOf));
    }

    [Fact]
    public void A_vip_stands_before_those_who_came_a_little_earlier()
    {
        var story = new CallStory("queue:vip");
        var queue = new QueueOptions { Vip = new Dictionary<string, int> { ["+1555"] = 3 }, PriorityWeight = TimeSpan.FromMinutes(1) };
        story.Routing.Current = story.Routing.Current with { Queues = new Dictionary<string, QueueOptions> { ["vip"] = queue } };
        Assert.Equal(CallStory.Start.AddMinutes(-3).UtcTicks, story.Arrives().Expect<Enqueue>().Place);
    }

    [Fact]
    public void A_kept_place_is_taken_at_once_and_kept_through_an_agent_who_does_not_answer()
    {
        var old = CallStory.Start.AddMinutes(-4).UtcTicks;
        var story = new CallStory().Arrives().After(1).Post(new PlaceKept("support", old));
        Assert.Equal(old, story.Expect<Enqueue>().Place);
        // Said twice, or of another queue, it changes nothing.
        Assert.Empty(story.Post(new PlaceKept("support", old)).Last);
        Assert.Empty(story.Post(new PlaceKept("sales", old - 1)).Last);
        story.AgentIsReserved("alice").After(16);
        Assert.Equal(old, story.Expect<Enqueue>().Place);
    }

    [Fact]
    public void Whom_a_supervisor_puts_back_stays_there()
    {
        var story = new CallStory().Arrives().After(1).Post(new PlaceKept("support", CallStory.Start.AddMinutes(-4).UtcTicks));
        story.Change(new PrioritiseCaller(-1));
        Assert.Equal(CallStory.Start.AddMinutes(1).UtcTicks, story.Expect<Enqueue>().Place);
        Assert.Empty(story.Post(new PlaceKept("support", 1)).Last);
    }
}
