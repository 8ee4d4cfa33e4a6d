using CallCluster.Contracts.Agents;
using CallCluster.Contracts.Calls;
using CallCluster.Contracts.Configuration;
using CallCluster.Contracts.Queues;
using CallCluster.Grains.Queues;

namespace CallCluster.Grains.Tests.Queues;

public sealed class QueueMachineTests
{
    private static readonly DateTimeOffset Start = MachineUnderTest<QueueMessage>.Start;
    private readonly Routing _routing;
    private QueueMachine _queue = null!;
    private MachineUnderTest<QueueMessage> _test = null!;

    public QueueMachineTests() => _routing = Routing.With(null, ("alice", Routing.Agent("support")), ("bob", Routing.Agent("support")));

    [Fact]
    public void A_caller_gets_the_agent_who_has_been_idle_longest()
    {
        Begin(Free("alice", idle: 10), Free("bob", idle: 60));
        _test.Send(Caller("c1"));
        var reserve = _test.One<Reserve>();
        Assert.Equal(("bob", "c1"), (Assert.Single(_test.Sent).Key, reserve.CallId));
    }

    [Fact]
    public void A_queue_that_has_just_begun_asks_its_agents_and_matches_nobody_until_they_have_answered()
    {
        _queue = new QueueMachine("support", _routing, Start);
        _test = new(_queue);
        _test.Do(_queue.Load);
        Assert.Equal(2, _test.Of<TellState>().Count);
        _test.Send(Caller("c1"), Free("alice"));
        _test.None<Reserve>();
        _test.Send(Free("bob"));
        _test.One<Reserve>();
    }

    [Fact]
    public void A_queue_whose_agents_stay_silent_goes_on_after_a_second_with_those_it_knows()
    {
        _queue = new QueueMachine("support", _routing, Start);
        _test = new(_queue);
        _test.Do(_queue.Load);
        _test.Send(Caller("c1"), Free("alice"));
        _test.Wait(0.9);
        _test.None<Reserve>();
        _test.Wait(0.2);
        _test.One<Reserve>();
    }

    [Fact]
    public void Agents_who_do_not_meet_the_needs_are_never_sent_a_caller()
    {
        var novice = Routing.Agent("support") with { Skills = new Dictionary<string, int> { ["support"] = 2 } };
        var expert = Routing.Agent("support") with { Skills = new Dictionary<string, int> { ["support"] = 3 } };
        _routing.Current = Routing.With(new QueueOptions { Steps = [new StepOptions { Needs = new Dictionary<string, int> { ["support"] = 3 } }] }, ("alice", novice), ("bob", expert)).Current;
        Begin(Free("alice", idle: 100), Free("bob", idle: 1));
        _test.Send(Caller("c1"));
        Assert.Equal("bob", Assert.Single(_test.Sent).Key);
        _test.Send(Caller("c2"));
        _test.None<Reserve>();
        Assert.Equal(1, _queue.View(_test.Now).AgentsLoggedIn);
    }

    [Fact]
    public void Callers_are_told_their_place_once_all_who_wait_have_been_heard_of_and_not_when_an_agent_was_found()
    {
        Begin(Free("alice") with { Free = 0 });
        _test.Send(Caller("c1"), Caller("c2"), Caller("c3"));
        Assert.Null(_test.Send(new TellWait("c3", 1)).One<WaitTold>().Position);
        _test.Wait(TimeSpan.FromSeconds(41));
        Assert.Equal((3, 7L, "support"), _test.Send(new TellWait("c3", 7)).One<WaitTold>() is { } told ? (told.Position, told.Asked, told.Queue) : default);
        Assert.Null(_test.One<WaitTold>().EstimatedWait); // nobody has been served yet
        _test.Send(Free("alice") with { Version = 9 }).One<Reserve>();
        _test.Send(new TellWait("c1", 8)).None<WaitTold>();
        Assert.Equal(2, _test.Send(new TellWait("c3", 9)).One<WaitTold>().Position);
        _test.Send(new TellWait("unknown", 1)).None<WaitTold>();
    }

    [Fact]
    public void A_refused_reservation_runs_the_match_again_at_once()
    {
        Begin(Free("alice", idle: 60), Free("bob", idle: 10));
        var reserve = _test.Send(Caller("c1")).One<Reserve>();
        _test.Send(new ReservationRefused("alice", 2, "c1", reserve.OfferId));
        var second = _test.One<Reserve>();
        Assert.Equal("bob", Assert.Single(_test.Sent).Key);
        Assert.NotEqual(reserve.OfferId, second.OfferId);
    }

    [Fact]
    public void A_refusal_that_comes_again_when_the_agent_is_free_does_not_hide_the_agent()
    {
        Begin(Free("alice"), Busy("bob"));
        var reserve = _test.Send(Caller("c1")).One<Reserve>();
        var refused = new ReservationRefused("alice", 2, "c1", reserve.OfferId);
        _test.Send(refused, Wants("alice", 2));
        _test.Send(new Leave("c1", 2, LeaveReason.Abandoned), Free("alice", version: 3), refused with { Version = 3 });
        Assert.Equal("alice", Assert.Single(_test.Send(Caller("c2")).Sent).Key);
    }

    [Fact]
    public void An_unanswered_reservation_is_given_up_after_its_deadline()
    {
        Begin(Free("alice", idle: 60), Free("bob", idle: 10));
        _test.Send(Caller("c1"));
        _test.Wait(3.1);
        Assert.Equal("bob", _test.Sent.Single(effect => effect.Payload is Reserve).Key);
        _test.One<TellState>();
    }

    [Fact]
    public void Callers_go_to_a_free_agent_in_the_order_of_their_places_whatever_order_they_arrived_in()
    {
        Begin(Busy("alice"), Busy("bob"));
        _test.Send(Caller("late", place: 30), Caller("early", place: 10), Caller("middle", place: 20));
        Assert.Equal("early", Bid("alice", 5));
        Assert.Equal("middle", Bid("bob", 5));
        Assert.Equal("late", Bid("alice", 6));
        Assert.Null(Bid("bob", 6));
    }

    [Fact]
    public void A_caller_whose_bid_lost_is_bid_again()
    {
        Begin(Busy("alice"), Busy("bob"));
        _test.Send(Caller("c1"));
        var bid = _test.Send(Wants("alice", 5)).One<Bid>();
        Assert.Null(Bid("bob", 5));
        _test.Send(new BidLost("alice", 5, "c1", bid.OfferId!));
        Assert.Equal("bob", _test.Sent.Single(effect => effect.Payload is Reserve).Key);
    }

    [Fact]
    public void A_caller_being_offered_is_matched_with_nobody_else_and_keeps_the_place()
    {
        Begin(Free("alice"), Busy("bob"));
        var offer = _test.Send(Caller("c1", place: 10)).One<Reserve>().OfferId;
        _test.Send(new Offering("c1", 2, "alice", offer), Caller("c2", place: 20));
        Assert.Equal("c2", Bid("bob", 5));
        Assert.Equal("alice", _queue.View(_test.Now).Callers[0].OfferedTo);
        _test.Send(Caller("c1", version: 3, place: 10), Caller("c3", place: 5));
        Assert.Equal("c3", Bid("alice", 6));
        Assert.Equal("c1", Bid("bob", 6));
    }

    [Fact]
    public void An_agent_who_refused_this_call_is_passed_over_for_it_until_the_time_given()
    {
        Begin(Busy("alice"), Busy("bob"));
        _test.Send(Caller("c1", version: 1) with { RefusedBy = [new RefusedAgent("alice", Start.AddSeconds(30))] }, Caller("c2", place: 2));
        Assert.Equal("c2", Bid("alice", 5));
        _test.Send(new Leave("c2", 2, LeaveReason.Answered));
        Assert.Null(Bid("alice", 6));
        _test.Wait(31);
        Assert.Equal(("alice", "c1"), (_test.Sent.Single(effect => effect.Payload is Reserve).Key, _test.One<Reserve>().CallId));
    }

    [Fact]
    public void An_agent_with_a_delay_takes_callers_who_have_waited_that_long()
    {
        var helper = Routing.Agent() with { Queues = [new AgentQueueOptions { Name = "support", Delay = TimeSpan.FromSeconds(20) }] };
        _routing.Current = Routing.With(null, ("alice", helper), ("bob", Routing.Agent("support"))).Current;
        Begin(Free("alice"), Busy("bob"));
        _test.Send(Caller("c1"));
        _test.None<Reserve>();
        _test.Wait(19);
        _test.None<Reserve>();
        _test.Wait(2);
        Assert.Equal("c1", _test.One<Reserve>().CallId);
    }

    [Fact]
    public void A_repeated_message_in_the_moment_that_something_falls_due_does_not_put_it_off()
    {
        var helper = Routing.Agent() with { Queues = [new AgentQueueOptions { Name = "support", Delay = TimeSpan.FromSeconds(20) }] };
        _routing.Current = Routing.With(null, ("alice", helper)).Current;
        Begin(Free("alice"));
        var caller = Caller("c1");
        _test.Send(caller);
        _test.Do((now, effects) => _queue.Handle(caller, now.AddSeconds(20), effects));
        _test.One<Reserve>();
    }

    [Fact]
    public void A_caller_who_left_is_not_revived_by_an_older_message()
    {
        Begin(Busy("alice"), Busy("bob"));
        _test.Send(Caller("c1", version: 1), new Leave("c1", 3, LeaveReason.Abandoned), Caller("c1", version: 1), Caller("c1", version: 3));
        Assert.Equal(0, _queue.Waiting);
        _test.Send(new Leave("c2", 2, LeaveReason.Abandoned), Caller("c2", version: 1));
        Assert.Equal(0, _queue.Waiting);
        _test.Send(Caller("c1", version: 4));
        Assert.Equal(1, _queue.Waiting);
    }

    [Fact]
    public void An_offer_that_overtakes_its_caller_keeps_the_caller_from_being_offered_twice()
    {
        Begin(Free("alice"), Free("bob"));
        _test.Send(new Offering("c1", 2, "carol", "o1"), Caller("c1", version: 1));
        _test.None<Reserve>();
        _test.Send(Caller("c1", version: 3));
        _test.One<Reserve>();
    }

    [Fact]
    public void Repeated_messages_change_nothing()
    {
        Begin(Free("alice"), Free("bob"));
        _test.Send(Caller("c1"), Caller("c1"));
        _test.One<Reserve>();
        Assert.Equal((1L, 1), (_queue.Statistics.Offered, _queue.Waiting));
        _test.Send(new Leave("c1", 2, LeaveReason.Answered), new Leave("c1", 2, LeaveReason.Answered));
        Assert.Equal(1, _queue.Statistics.Answered);
    }

    [Fact]
    public void A_caller_who_has_not_been_heard_of_for_three_sweeps_is_asked_about_but_never_dropped()
    {
        Begin(Busy("alice"), Busy("bob"));
        _test.Send(Caller("c1"));
        Assert.Empty(_test.Wait(60).Of<QueueInquiry>());
        _test.Send(Caller("c1"));
        Assert.Empty(_test.Wait(60).Of<QueueInquiry>());
        _test.Wait(31).One<QueueInquiry>();
        Assert.Equal(1, _queue.Waiting);
        _test.Send(new Leave("c1", 9, LeaveReason.Gone));
        Assert.Equal(0, _queue.Waiting);
    }

    [Fact]
    public void Statistics_count_service_level_and_short_abandons_by_the_queues_times()
    {
        _routing.Current = Routing.With(new QueueOptions { ServiceLevel = TimeSpan.FromSeconds(20), ShortAbandon = TimeSpan.FromSeconds(5) }, ("alice", Routing.Agent("support"))).Current;
        Begin(Busy("alice"));
        _test.Send(Caller("c1"), Caller("c2"), Caller("c3"), Caller("c4"));
        _test.Wait(4);
        _test.Send(new Leave("c1", 2, LeaveReason.Abandoned), new Leave("c2", 2, LeaveReason.Answered));
        _test.Wait(20);
        _test.Send(new Leave("c3", 2, LeaveReason.Abandoned), new Leave("c4", 2, LeaveReason.Answered));
        var view = _queue.View(_test.Now);
        Assert.Equal((4L, 2L, 2L, 1L, 1L), (view.Offered, view.Answered, view.Abandoned, view.AnsweredInTime, view.ShortAbandoned));
        Assert.Equal((1 / 3d, TimeSpan.FromSeconds(14)), (view.ServiceLevel, view.AverageSpeedOfAnswer));
    }

    [Fact]
    public void Whoever_a_supervisor_moves_is_counted_apart_and_before_anybody_came_there_is_no_service_level()
    {
        Begin(Busy("alice"));
        Assert.Equal((null, null), (_queue.View(_test.Now).ServiceLevel, _queue.View(_test.Now).AverageSpeedOfAnswer));
        _test.Send(Caller("c1"), new Leave("c1", 2, LeaveReason.Moved), new Leave("c1", 2, LeaveReason.Moved));
        var view = _queue.View(_test.Now);
        Assert.Equal((1L, 1L, 0L, 0L), (view.Offered, view.Moved, view.Overflowed, view.Abandoned));
    }

    [Fact]
    public void A_callback_counts_as_offered_once_however_often_it_is_tried_and_anew_in_a_queue_that_never_saw_it()
    {
        Begin(Busy("alice"));
        _test.Send(Caller("c1"), Caller("c1", version: 2) with { IsCallback = true });
        for (var attempt = 0; attempt < 3; attempt++)
        {
            _test.Send(new Leave("c1", 3 + (2 * attempt), LeaveReason.Gone) { Returns = true });
            _test.Wait(3600);
            _test.Send(Caller("c1", version: 4 + (2 * attempt)) with { IsCallback = true });
        }
        Assert.Equal(1, _queue.View(_test.Now).Offered);

        Begin(Busy("alice"));
        _test.Send(Caller("c1", version: 20) with { IsCallback = true }, new Leave("c1", 21, LeaveReason.Answered));
        Assert.Equal((1L, 1L), (_queue.View(_test.Now).Offered, _queue.View(_test.Now).Answered));
    }

    [Fact]
    public void Who_leaves_faster_than_the_message_of_their_coming_is_counted_once_and_who_came_to_a_queue_before_it_crashed_is_not()
    {
        Begin(Busy("alice"));
        var leave = new Leave("c1", 2, LeaveReason.Abandoned) { FirstQueuedAt = _test.Now, ArrivedAt = _test.Now };
        _test.Send(leave, Caller("c1"), leave, leave with { CallId = "old", ArrivedAt = Start.AddSeconds(-10) });
        Assert.Equal((1L, 1L), (_queue.View(_test.Now).Offered, _queue.View(_test.Now).Abandoned));
    }

    [Fact]
    public void The_longest_wait_is_that_of_whoever_has_waited_longest_also_behind_somebody_of_higher_priority()
    {
        Begin(Busy("alice"));
        _test.Send(Caller("old"));
        _test.Wait(40);
        _test.Send(Caller("vip", place: 0) with { FirstQueuedAt = _test.Now });
        _test.Wait(10);
        Assert.Equal(("vip", TimeSpan.FromSeconds(50)), (_queue.View(_test.Now).Callers[0].CallId, _queue.View(_test.Now).LongestWait));
        _test.Send(new Leave("old", 2, LeaveReason.Abandoned));
        Assert.Equal((TimeSpan.FromSeconds(10), (_test.Now.AddSeconds(-10)).UtcTicks), (_queue.View(_test.Now).LongestWait, _queue.FirstQueuedTicks));
        _test.Send(new Leave("vip", 2, LeaveReason.Abandoned));
        Assert.Equal((TimeSpan.Zero, 0L), (_queue.View(_test.Now).LongestWait, _queue.FirstQueuedTicks));
    }

    [Fact]
    public void A_new_configuration_takes_new_agents_in_and_keeps_everybodys_place()
    {
        Begin(Busy("alice"), Busy("bob"));
        _test.Send(Caller("c2", place: 2), Caller("c1", place: 1));
        _routing.Current = Routing.With(null, ("alice", Routing.Agent("support")), ("carol", Routing.Agent("support"))).Current;
        _test.Send(Free("carol", version: 1));
        Assert.Equal("c1", _test.One<Reserve>().CallId);
        Assert.Equal("c2", Bid("alice", 9));
    }

    [Fact]
    public void Agents_silent_for_long_are_asked_again()
    {
        Begin(Busy("alice"), Busy("bob"));
        Assert.Equal(2, _test.Wait(91).Of<TellState>().Count);
    }

    [Fact]
    public void Who_hung_up_while_waiting_and_rings_again_in_time_is_told_the_old_place_until_it_is_taken()
    {
        _routing.Current = Routing.With(new QueueOptions { KeepPlaceFor = TimeSpan.FromMinutes(5) }, ("alice", Routing.Agent("support"))).Current;
        Begin(Busy("alice"));
        _test.Send(Caller("c1", place: 10), new Leave("c1", 2, LeaveReason.Abandoned));
        _test.Wait(200);
        var kept = _test.Send(Caller("c2", place: 500)).One<PlaceKept>();
        Assert.Equal(("support", 10), (kept.Queue, kept.Place));
        // Told again while the call has not taken it; another call of that number has none.
        _test.Send(Caller("c2", place: 500)).One<PlaceKept>();
        Assert.Empty(_test.Send(Caller("c3", place: 600)).Of<PlaceKept>());
        Assert.Empty(_test.Send(Caller("c2", version: 3, place: 10)).Of<PlaceKept>());
        Assert.Equal("c2", _queue.View(_test.Now).Callers[0].CallId);
    }

    [Theory]
    [InlineData(LeaveReason.Abandoned, 301)]
    [InlineData(LeaveReason.Answered, 1)]
    [InlineData(LeaveReason.Overflowed, 1)]
    public void No_place_is_kept_for_longer_than_set_or_for_who_did_not_hang_up(LeaveReason reason, int seconds)
    {
        _routing.Current = Routing.With(new QueueOptions { KeepPlaceFor = TimeSpan.FromMinutes(5) }, ("alice", Routing.Agent("support"))).Current;
        Begin(Busy("alice"));
        _test.Send(Caller("c1", place: 10), new Leave("c1", 2, reason));
        _test.Wait(seconds);
        Assert.Empty(_test.Send(Caller("c2", place: 500)).Of<PlaceKept>());
    }

    private void Begin(params AgentChanged[] agents)
    {
        _queue = new QueueMachine("support", _routing, Start);
        _test = new(_queue);
        _test.Do(_queue.Load);
        _test.Send(agents);
    }

    private string? Bid(string agent, long version) => _test.Send(Wants(agent, version)).One<Bid>().CallId;

    [Fact]
    public void A_caller_whose_place_changes_is_matched_and_listed_by_the_new_one_at_once()
    {
        Begin(Busy("alice"), Busy("bob"));
        _test.Send(Caller("c1", place: 10), Caller("c2", place: 20), Caller("c3", place: 30));
        _test.Send(Caller("c3", version: 2, place: 5));
        Assert.Equal(["c3", "c1", "c2"], _queue.View(_test.Now).Callers.Select(caller => caller.CallId));
        _test.Send(Caller("c3", version: 1, place: 30));
        Assert.Equal("c3", _queue.View(_test.Now).Callers[0].CallId);
        Assert.Equal("c3", _test.Send(Wants("alice", 2)).One<Bid>().CallId);
        _test.Send(new Leave("c3", 3, LeaveReason.Moved));
        Assert.Equal(["c1", "c2"], _queue.View(_test.Now).Callers.Select(caller => caller.CallId));
    }

    [Fact]
    public void Callers_are_paged_from_behind_a_place_on_and_none_is_missed_that_stays()
    {
        Begin(Busy("alice"), Busy("bob"));
        for (var i = 0; i < 250; i++) _test.Send(Caller($"c{i:000}", place: i / 2));
        var first = _queue.CallersAfter(0, "", 100);
        Assert.Equal(Enumerable.Range(0, 100).Select(i => $"c{i:000}"), first.Select(caller => caller.CallId));
        // Whoever the page ended with may be gone.
        _test.Send(new Leave(first[^1].CallId, 2, LeaveReason.Abandoned));
        var rest = _queue.CallersAfter(first[^1].Place, first[^1].CallId, 1000);
        Assert.Equal(Enumerable.Range(100, 150).Select(i => $"c{i:000}"), rest.Select(caller => caller.CallId));
        Assert.Empty(_queue.CallersAfter(rest[^1].Place, rest[^1].CallId, 10));
    }

    private Enqueue Caller(string id, long version = 1, long place = 1) => new(id, version, place, _test?.Now ?? Start, [], "+1555");

    private static AgentChanged Free(string id, int idle = 0, long version = 1) => State(id, version, free: 1, wantsBids: false) with { IdleSince = Start.AddSeconds(-idle) };

    private static AgentChanged Busy(string id, long version = 1) => State(id, version, free: 0, wantsBids: false);

    private static AgentChanged Wants(string id, long version) => State(id, version, free: 1, wantsBids: true);

    private static AgentChanged State(string id, long version, int free, bool wantsBids) => new()
    {
        AgentId = id,
        Version = version,
        LoggedIn = true,
        Free = free,
        WantsBids = wantsBids,
        IdleSince = Start,
        Presence = "Available",
    };
}
