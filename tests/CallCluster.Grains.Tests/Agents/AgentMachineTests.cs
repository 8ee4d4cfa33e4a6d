using CallCluster.Contracts.Agents;
using CallCluster.Contracts.Calls;
using CallCluster.Contracts.Configuration;
using CallCluster.Contracts.Queues;
using CallCluster.Grains.Agents;

namespace CallCluster.Grains.Tests.Agents;

public sealed class AgentMachineTests
{
    private static readonly DateTimeOffset Start = MachineUnderTest<AgentMessage>.Start;
    private AgentMachine _alice = null!;
    private MachineUnderTest<AgentMessage> _test = null!;

    public AgentMachineTests() => Begin(Routing.Agent("support"));

    [Fact]
    public void A_free_agent_is_reserved_for_one_call_and_refuses_the_next()
    {
        var reserved = _test.Send(new Reserve("support", "c1", "o1")).One<AgentReserved>();
        Assert.Equal(("alice", "o1", "support", "sip:phone@127.0.0.1"), (reserved.AgentId, reserved.OfferId, reserved.Queue, reserved.Target));
        Assert.True(_test.Effects.MustPersist);
        var refused = _test.Send(new Reserve("support", "c2", "o2")).One<ReservationRefused>();
        Assert.Equal(("c2", "o2"), (refused.CallId, refused.OfferId));
    }

    [Fact]
    public void A_repeated_reservation_repeats_the_answer()
    {
        _test.Send(new Reserve("support", "c1", "o1"));
        Assert.Equal("o1", _test.Send(new Reserve("support", "c1", "o1")).One<AgentReserved>().OfferId);
        Assert.Equal(["c1"], View.Calls);
    }

    [Fact]
    public void A_direct_reservation_is_refused_to_the_call()
    {
        _test.Send(new Reserve("support", "c1", "o1"));
        Assert.Equal("Busy", _test.Send(new Reserve(null, "c2", "o2")).One<AgentRefused>().Presence);
    }

    [Fact]
    public void A_reservation_without_consent_lapses_after_two_seconds_and_keeps_the_idle_time()
    {
        _test.Send(new Reserve("support", "c1", "o1"));
        Assert.Equal(Presence.Busy, View.Presence);
        var changed = _test.Wait(2.5).Of<AgentChanged>();
        Assert.Equal((1, true, Start), (changed[0].Free, changed[0].WantsBids, changed[0].IdleSince));
        Assert.Equal(Presence.Available, View.Presence);
    }

    [Fact]
    public void A_queue_that_asks_is_told_the_last_callers_and_only_its_own()
    {
        for (var i = 0; i < 60; i++)
        {
            _test.Send(new Reserve("support", $"c{i}", $"o{i}"), new OfferAccepted($"c{i}", $"o{i}"));
            _test.Send(new AgentAnswered($"c{i}", $"o{i}") { Caller = new RecentCaller(i % 2 == 0 ? "support" : "sales", $"+1555{i / 4}", Start) }, new AgentReleased($"c{i}", $"o{i}", TimeSpan.Zero));
        }

        Assert.Null(_test.Send(new TellState("support")).One<AgentChanged>().Callers);
        var callers = _test.Send(new TellState("support") { WithCallers = true }).One<AgentChanged>().Callers!;
        Assert.Equal(Enumerable.Range(0, 15).Reverse().Select(i => $"+1555{i}"), callers.Select(caller => caller.Number));
        Assert.Equal(30, _alice.State.Callers.Count); // each once
        for (var i = 0; i < 60; i++) _test.Send(new AgentAnswered($"d{i}", $"p{i}") { Caller = new RecentCaller("support", $"+1666{i}", Start) });
        Assert.Equal(50, _alice.State.Callers.Count);
    }

    [Fact]
    public void A_call_that_is_silent_is_asked_again_for_its_consent()
    {
        _test.Send(new Reserve("support", "c1", "o1"));
        Assert.Equal(2, _test.Wait(1.1).Of<AgentReserved>().Count);
        _test.Send(new OfferAccepted("c1", "o1"));
        Assert.Empty(_test.Wait(5).Sent);
    }

    [Fact]
    public void Consent_that_comes_late_is_taken_when_there_is_room_and_refused_when_there_is_none()
    {
        _test.Send(new Reserve("support", "c1", "o1"));
        _test.Wait(3);
        _test.Send(new OfferAccepted("c1", "o1"));
        _test.None<AgentRefused>();
        Assert.Equal(["c1"], View.Calls);

        Begin(Routing.Agent("support"));
        _test.Send(new Reserve("support", "c1", "o1"));
        _test.Wait(3);
        _test.Send(new Reserve("support", "c2", "o2"));
        Assert.Equal("o1", _test.Send(new OfferAccepted("c1", "o1")).One<AgentRefused>().OfferId);
        Assert.Equal(["c2"], View.Calls);
    }

    [Fact]
    public void Busy_has_no_deadline_but_is_asked_about()
    {
        Connect("c1", "o1");
        _test.Wait(89);
        _test.None<AgentInquiry>();
        Assert.Equal("o1", _test.Wait(2).One<AgentInquiry>().OfferId);
        _test.Send(new AgentStillBusy("c1", "o1", Answered: true));
        Assert.Empty(_test.Wait(80).Of<AgentInquiry>());
        Assert.Equal(4, _test.Wait(TimeSpan.FromMinutes(2)).Of<AgentInquiry>().Count);
        Assert.Equal(Presence.Busy, View.Presence);
    }

    [Fact]
    public void Wrap_up_is_one_clock_and_then_all_queues_are_asked_for_bids()
    {
        Begin(Routing.Agent("support", "sales"));
        Connect("c1", "o1");
        _test.Send(new AgentReleased("c1", "o1", TimeSpan.FromSeconds(10)));
        Assert.Equal(Presence.WrapUp, View.Presence);
        _test.Send(new Reserve("sales", "c2", "o2")).One<ReservationRefused>();
        Assert.Empty(_test.Wait(9.9).Of<AgentChanged>());
        var changed = _test.Wait(0.05).Of<AgentChanged>();
        Assert.Empty(changed);
        changed = _test.Wait(0.06).Of<AgentChanged>();
        Assert.Equal(2, changed.Count);
        Assert.All(changed, change => Assert.True(change is { WantsBids: true, Free: 1 } && change.IdleSince == Start.AddSeconds(10)));
    }

    [Fact]
    public void No_wrap_up_follows_a_call_that_was_not_answered()
    {
        _test.Send(new Reserve("support", "c1", "o1"), new OfferAccepted("c1", "o1"), new AgentReleased("c1", "o1", TimeSpan.FromSeconds(10)));
        Assert.Equal(Presence.Available, View.Presence);
    }

    [Theory]
    [InlineData(LegEndCause.NoAnswer, 30)]
    [InlineData(LegEndCause.Failed, 30)]
    [InlineData(LegEndCause.Busy, 5)]
    [InlineData(LegEndCause.Rejected, 5)]
    public void An_agent_whose_phone_did_not_answer_is_left_alone_for_a_time(LegEndCause cause, int seconds)
    {
        _test.Send(new Reserve("support", "c1", "o1"), new OfferAccepted("c1", "o1"), new AgentDidNotAnswer("c1", "o1", cause));
        Assert.Equal(Presence.NotResponding, View.Presence);
        Assert.NotNull(View.Reason);
        _test.Wait(seconds - 0.1);
        Assert.Equal(Presence.NotResponding, View.Presence);
        _test.Wait(0.2);
        Assert.Equal(Presence.Available, View.Presence);
        Assert.True(_test.Of<AgentChanged>()[0].WantsBids);
    }

    [Fact]
    public void A_hang_up_while_ringing_leaves_the_agent_free()
    {
        _test.Send(new Reserve("support", "c1", "o1"), new OfferAccepted("c1", "o1"), new AgentDidNotAnswer("c1", "o1", LegEndCause.LocalHangup));
        Assert.Equal(Presence.Available, View.Presence);
    }

    [Fact]
    public void Away_set_during_a_call_takes_effect_after_it()
    {
        Connect("c1", "o1");
        _test.Do((now, effects) => _alice.SetPresence(Presence.Away, "lunch", now, effects));
        Assert.Equal(Presence.Busy, View.Presence);
        _test.Send(new AgentReleased("c1", "o1", TimeSpan.FromSeconds(10)));
        Assert.Equal((Presence.Away, "lunch"), (View.Presence, View.Reason));
        _test.Send(new Reserve("support", "c2", "o2")).One<ReservationRefused>();
    }

    [Fact]
    public void Available_ends_wrap_up_and_away_leaves_its_clock_alone()
    {
        Connect("c1", "o1");
        _test.Send(new AgentReleased("c1", "o1", TimeSpan.FromSeconds(10)));
        _test.Do((now, effects) => _alice.SetPresence(Presence.Away, "tea", now, effects));
        Assert.Equal(Presence.Away, View.Presence);
        _test.Do((now, effects) => _alice.SetPresence(Presence.Available, null, now, effects));
        Assert.Equal(Presence.Available, View.Presence);
        Assert.True(_test.One<AgentChanged>() is { WantsBids: true, Free: 1 });
    }

    [Fact]
    public void Wrap_up_that_runs_is_lengthened_or_shortened_and_no_other_is_begun()
    {
        var extended = false;
        void Extend(int seconds) => _test.Do((now, effects) => extended = _alice.ExtendWrapUp(TimeSpan.FromSeconds(seconds), now, effects));

        Extend(60);
        Assert.False(extended);
        Connect("c1", "o1");
        _test.Send(new AgentReleased("c1", "o1", TimeSpan.FromSeconds(10)));
        Extend(60);
        Assert.True(extended);
        _test.Wait(59);
        Assert.Equal(Presence.WrapUp, View.Presence);
        Extend(1);
        _test.Wait(1.1);
        Assert.Equal(Presence.Available, View.Presence);
    }

    [Fact]
    public void Offline_tells_the_queues_that_nobody_is_there()
    {
        var changed = _test.Do((now, effects) => _alice.SetPresence(Presence.Offline, null, now, effects)).One<AgentChanged>();
        Assert.Equal((false, 0), (changed.LoggedIn, changed.Free));
    }

    [Fact]
    public void Presences_that_follow_from_calls_cannot_be_set() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => _alice.SetPresence(Presence.Busy, null, Start, new()));

    [Fact]
    public void What_is_over_is_not_revived_by_what_comes_late()
    {
        Connect("c1", "o1");
        _test.Send(new AgentReleased("c1", "o1", TimeSpan.Zero), new AgentStillBusy("c1", "o1", true), new AgentAnswered("c1", "o1"), new OfferAccepted("c1", "o1"));
        Assert.Empty(View.Calls);
        _test.Send(new Reserve("support", "c1", "o1")).One<ReservationRefused>();
        _test.Send(new AgentReleased("c9", "o9", TimeSpan.Zero), new AgentStillBusy("c9", "o9", true));
        Assert.Empty(View.Calls);
    }

    [Fact]
    public void A_call_that_has_the_agent_in_fact_is_taken_in_even_over_capacity()
    {
        Connect("c1", "o1");
        _test.Send(new AgentStillBusy("c2", "o2", Answered: true));
        Assert.Equal(["c1", "c2"], View.Calls);
        Assert.Equal("o3", _test.Send(new AgentStillBusy("c3", "o3", Answered: false)).One<AgentRefused>().OfferId);
    }

    [Fact]
    public void Capacity_of_two_takes_two_calls_and_asks_again_for_bids_after_each()
    {
        Begin(Routing.Agent("support") with { Capacity = 2 });
        _test.Send(new Reserve("support", "c1", "o1"), new Reserve("support", "c2", "o2"));
        Assert.Equal(2, _test.Of<AgentReserved>().Count);
        _test.Send(new Reserve("support", "c3", "o3")).One<ReservationRefused>();
        var changed = _test.Send(new OfferDeclined("c1", "o1")).One<AgentChanged>();
        Assert.Equal((1, true), (changed.Free, changed.WantsBids));
    }

    [Fact]
    public void After_a_crash_a_reservation_is_taken_as_busy_and_asked_about_at_once()
    {
        _test.Send(new Reserve("support", "c1", "o1"));
        var version = _alice.State.Version;
        var revived = new AgentMachine("alice", _alice.State, Routing.With(null, ("alice", Routing.Agent("support"))), Start.AddSeconds(60));
        var test = new MachineUnderTest<AgentMessage>(revived);
        test.Wait(61).One<AgentInquiry>();
        Assert.True(revived.State.Version > version);
        test.Send(new Reserve("support", "c2", "o2")).One<ReservationRefused>();
        test.Send(new AgentReleased("c1", "o1", TimeSpan.Zero));
        Assert.Empty(revived.View(test.Now).Calls);
    }

    [Fact]
    public void An_agent_whose_state_could_not_be_read_is_left_alone_until_its_calls_could_say_so()
    {
        var unsure = new AgentMachine("alice", null, Routing.With(null, ("alice", Routing.Agent("support"))), Start, known: false);
        var test = new MachineUnderTest<AgentMessage>(unsure);
        test.Send(new Reserve("support", "c2", "o2")).One<ReservationRefused>();
        test.Send(new AgentStillBusy("c1", "o1", Answered: true));
        test.Wait(41);
        test.Send(new Reserve("support", "c2", "o2")).One<ReservationRefused>();
        Assert.Equal(["c1"], unsure.View(test.Now).Calls);
    }

    [Fact]
    public void A_queue_that_asks_is_told()
    {
        var changed = _test.Send(new TellState("support")).One<AgentChanged>();
        Assert.Equal((true, 1, false), (changed.LoggedIn, changed.Free, changed.WantsBids));
    }

    private AgentView View => _alice.View(_test.Now);

    private void Connect(string call, string offer) => _test.Send(new Reserve("support", call, offer), new OfferAccepted(call, offer), new AgentAnswered(call, offer));

    private void Begin(AgentOptions options)
    {
        _alice = new AgentMachine("alice", null, Routing.With(null, ("alice", options)), Start);
        _test = new(_alice);
    }
}
