using CallCluster.Contracts.Agents;
using CallCluster.Contracts.Calls;
using CallCluster.Contracts.Configuration;
using CallCluster.Grains.Calls;

namespace CallCluster.Grains.Tests.Calls;

/// <summary>A supervisor listens, whispers, barges in.</summary>
public sealed class SupervisionTests
{
    [Fact]
    public void The_supervisor_is_reserved_rung_and_then_hears_both_and_the_call_goes_on_when_the_phone_hangs_up()
    {
        var story = Talking();
        var agent = story.Edge.AgentLeg;
        Assert.Equal(SuperviseStatus.Accepted, story.Supervise(SupervisionMode.Listen));
        story.Expects<Reserve>(reserve => reserve.Queue is null).ExpectsNo<Originate>();
        Assert.Equal(new SupervisionView("bob", SupervisionMode.Listen, Joined: false), story.Machine.View()!.Supervision);

        story.SupervisorIsReserved().Expects<OfferAccepted>().Expects<Originate>(originate => originate is { AgentId: "bob", Supervises: true }).ExpectsNo<MixLegs>();
        var supervisor = story.Call.Supervision!.Leg;
        story.SupervisorAnswers().Is(CallPhase.Connected).Expects<AgentAnswered>();
        AssertHear(story, (0, [agent]), (agent, [0]), (supervisor, [0, agent]));

        story.FromEdge(new LegEnded(supervisor, LegEndCause.RemoteHangup, null, null)).Is(CallPhase.Connected)
            .Expects<BridgeLegs>(bridge => bridge.Other == agent).Expects<AgentReleased>(released => released.WrapUp == TimeSpan.Zero);
        Assert.Null(story.Edge.Mixed);
        story.CallerHangsUp().Settles().HoldsNothing();
        Assert.Equal(("alice", CallOutcome.Answered), (story.Record.Agent, story.Record.Outcome));
    }

    [Fact]
    public void The_mode_changes_while_it_runs_and_asking_again_changes_nothing()
    {
        var story = Talking();
        var agent = story.Edge.AgentLeg;
        var supervisor = Join(story, SupervisionMode.Listen);
        Assert.Equal(SuperviseStatus.Accepted, story.Supervise(SupervisionMode.Whisper));
        AssertHear(story, (0, [agent]), (agent, [0, supervisor]), (supervisor, [0, agent]));
        story.Supervise(SupervisionMode.Barge);
        AssertHear(story, (0, [agent, supervisor]), (agent, [0, supervisor]), (supervisor, [0, agent]));
        Assert.Equal(SuperviseStatus.Accepted, story.Supervise(SupervisionMode.Barge));
        Assert.Empty(story.Last);
        story.CallerHangsUp().Settles().HoldsNothing();
    }

    [Fact]
    public void A_mode_that_changes_before_the_phone_answers_holds_from_then_on()
    {
        var story = Talking();
        var agent = story.Edge.AgentLeg;
        story.Supervise(SupervisionMode.Listen);
        story.SupervisorIsReserved();
        story.Supervise(SupervisionMode.Barge);
        story.ExpectsNo<MixLegs>().SupervisorAnswers();
        AssertHear(story, (0, [agent, 2]), (agent, [0, 2]), (2, [0, agent]));
        story.CallerHangsUp().Settles().HoldsNothing();
    }

    [Fact]
    public void Ended_by_the_api_the_others_talk_on()
    {
        var story = Talking();
        var agent = story.Edge.AgentLeg;
        var supervisor = Join(story, SupervisionMode.Barge);
        Assert.Equal(SuperviseStatus.Accepted, story.EndSupervision());
        story.Expects<BridgeLegs>(bridge => bridge.Other == agent).Expects<HangUp>(hangUp => hangUp.Leg == supervisor).Expects<AgentReleased>();
        Assert.Equal(SuperviseStatus.NotSupervised, story.EndSupervision());
        Assert.Null(story.Machine.View()!.Supervision);
        story.Is(CallPhase.Connected).CallerHangsUp().Settles().HoldsNothing();
    }

    [Theory]
    [InlineData("caller")]
    [InlineData("agent")]
    [InlineData("transfer")]
    public void When_the_conversation_ends_so_does_the_supervision(string how)
    {
        var story = Talking();
        var agent = story.Edge.AgentLeg;
        var supervisor = Join(story, SupervisionMode.Whisper);
        if (how == "caller") story.CallerHangsUp();
        else if (how == "agent") story.FromEdge(new LegEnded(agent, LegEndCause.RemoteHangup, null, null));
        else story.FromEdge(new TransferAsked(agent, "queue:sales")).Is(CallPhase.Queued);
        story.Expects<HangUp>(hangUp => hangUp.Leg == supervisor).ExpectsNo<BridgeLegs>().Expects<AgentReleased>();
        Assert.False(story.Offers.Single(offer => offer.Key.StartsWith("bob", StringComparison.Ordinal)).Value);
        if (how == "transfer") story.CallerHangsUp();
        story.Settles().HoldsNothing();
    }

    [Theory]
    [InlineData("refused")]
    [InlineData("silent")]
    [InlineData("busy")]
    [InlineData("no answer")]
    public void A_supervisor_who_does_not_come_leaves_the_conversation_alone(string why)
    {
        var story = Talking();
        story.Supervise(SupervisionMode.Listen);
        switch (why)
        {
            case "refused": story.Post(new AgentRefused("bob", story.Call.Supervision!.OfferId, "Away")); break;
            case "silent": story.After(4.1).Expects<OfferDeclined>(); break;
            case "busy": story.SupervisorIsReserved().FromEdge(new LegEnded(story.Call.Supervision!.Leg, LegEndCause.Busy, 486, null)).Expects<AgentDidNotAnswer>(); break;
            default: story.SupervisorIsReserved().After(30.1).Expects<AgentDidNotAnswer>(told => told.Cause == LegEndCause.NoAnswer).Expects<HangUp>(hangUp => hangUp.Leg == 2); break;
        }
        story.ExpectsNo<BridgeLegs>().ExpectsNo<MixLegs>().Is(CallPhase.Connected);
        Assert.Null(story.Call.Supervision);
        Assert.Equal(SuperviseStatus.Accepted, story.Supervise(SupervisionMode.Listen));
        story.SupervisorIsReserved().SupervisorAnswers().Expects<MixLegs>().CallerHangsUp().Settles().HoldsNothing();
    }

    [Fact]
    public void What_cannot_be_is_refused_with_its_reason()
    {
        var waiting = new CallStory().Arrives();
        Assert.Equal(SuperviseStatus.NotConnected, waiting.Supervise(SupervisionMode.Listen));
        var story = Talking();
        Assert.Equal(SuperviseStatus.OwnCall, story.Supervise(SupervisionMode.Listen, "alice"));
        Assert.Equal(SuperviseStatus.UnknownSupervisor, story.Supervise(SupervisionMode.Listen, "nobody"));
        Assert.Equal(SuperviseStatus.NotSupervised, story.EndSupervision());
        story.Supervise(SupervisionMode.Listen);
        story.Routing.Current = story.Routing.Current with { Agents = new Dictionary<string, AgentOptions> { ["alice"] = new(), ["bob"] = new(), ["carol"] = new() } };
        Assert.Equal(SuperviseStatus.SupervisedAlready, story.Supervise(SupervisionMode.Listen, "carol"));
        story.CallerHangsUp().Settles().HoldsNothing();
        Assert.Equal(SuperviseStatus.UnknownCall, story.Supervise(SupervisionMode.Listen));
    }

    [Fact]
    public void A_call_that_goes_outside_can_be_supervised_too()
    {
        var story = new CallStory("tel:+15550199").Arrives().OutboundIsGranted();
        var outside = story.Edge.AgentLeg;
        story.FromEdge(new LegAnswered(outside)).Is(CallPhase.Connected);
        var supervisor = Join(story, SupervisionMode.Listen);
        AssertHear(story, (0, [outside]), (outside, [0]), (supervisor, [0, outside]));
        story.CallerHangsUp().Settles().HoldsNothing();
    }

    [Fact]
    public void A_silo_that_dies_repeats_the_mix_and_the_agent_grain_is_told()
    {
        var story = Talking();
        var agent = story.Edge.AgentLeg;
        var supervisor = Join(story, SupervisionMode.Whisper);
        story.SiloCrashes().EdgeAcknowledges().Expects<MixLegs>().ExpectsNo<BridgeLegs>();
        AssertHear(story, (0, [agent]), (agent, [0, supervisor]), (supervisor, [0, agent]));
        story.EdgeAttaches().Is(CallPhase.Connected).Expects<AgentStillBusy>(busy => busy is { Answered: true } && busy.OfferId.Contains("supervisor", StringComparison.Ordinal)).ExpectsNo<HangUp>();
        story.CallerHangsUp().Settles().HoldsNothing();
    }

    [Fact]
    public void A_silo_that_dies_while_the_phone_rings_waits_for_it_anew()
    {
        var story = Talking();
        story.Supervise(SupervisionMode.Listen);
        story.SupervisorIsReserved().SiloCrashes().EdgeAcknowledges().Expects<Originate>(originate => originate.Supervises);
        story.EdgeAttaches().SupervisorAnswers().Expects<MixLegs>().CallerHangsUp().Settles().HoldsNothing();
    }

    [Fact]
    public void A_silo_that_loses_its_state_takes_the_conversation_over_without_the_supervisor()
    {
        var story = Talking();
        var supervisor = Join(story, SupervisionMode.Listen);
        story.SiloCrashes(storeFailed: true).EdgeAcknowledges().EdgeAttaches().Is(CallPhase.Connected)
            .Expects<HangUp>(hangUp => hangUp.Leg == supervisor).Expects<AgentReleased>(released => released.OfferId.Contains("supervisor", StringComparison.Ordinal)).Expects<BridgeLegs>();
        Assert.Equal("alice", story.Call.Agent!.AgentId);
        story.CallerHangsUp().Settles().HoldsNothing();
    }

    [Fact]
    public void A_supervisor_who_hangs_up_when_the_transferring_agent_has_joins_nobody()
    {
        var story = Talking();
        var agent = story.Edge.AgentLeg;
        var supervisor = Join(story, SupervisionMode.Listen);
        story.Routing.Current = story.Routing.Current with { Agents = new Dictionary<string, AgentOptions> { ["alice"] = new(), ["bob"] = new(), ["carol"] = new() } };
        story.FromEdge(new TransferAsked(agent, "agent:carol")).Is(CallPhase.Transferring);
        story.FromEdge(new LegEnded(agent, LegEndCause.RemoteHangup, null, null), new LegEnded(supervisor, LegEndCause.RemoteHangup, null, null))
            .Is(CallPhase.Transferring).ExpectsNo<BridgeLegs>().ExpectsNo<MixLegs>();
        story.TransfereeIsReserved().AgentAnswers().Is(CallPhase.Connected).CallerHangsUp().Settles().HoldsNothing();
    }

    [Fact]
    public void An_agent_grain_in_doubt_about_its_supervisor_is_told()
    {
        var story = Talking();
        Join(story, SupervisionMode.Listen);
        var offer = story.Call.Supervision!.OfferId;
        story.Post(new AgentInquiry("bob", offer)).Expects<AgentStillBusy>(busy => busy.Answered);
        story.EndSupervision();
        story.Post(new AgentInquiry("bob", offer)).Expects<AgentReleased>();
        story.CallerHangsUp().Settles().HoldsNothing();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Another_call_in_the_place_of_the_supervisor_is_let_go(bool lost)
    {
        var story = Talking();
        var agent = story.Edge.AgentLeg;
        var supervisor = Join(story, SupervisionMode.Listen);
        var stored = story.Stored;
        story.FromEdge(new LegReplaced(supervisor, "call:outsider"));
        if (lost)
        {
            story.Stored = stored;
            story.SiloCrashes().EdgeAcknowledges().EdgeAttaches();
        }
        story.Is(CallPhase.Connected).Expects<HangUp>(hangUp => hangUp.Leg == supervisor).Expects<BridgeLegs>(bridge => bridge.Other == agent).Expects<AgentReleased>(released => released.OfferId.Contains("supervisor", StringComparison.Ordinal));
        Assert.Equal(("alice", null, null), (story.Call.Agent!.AgentId, story.Call.Outbound, story.Call.Supervision));
        story.CallerHangsUp().Settles().HoldsNothing();
    }

    [Fact]
    public void A_supervisors_own_other_phone_takes_over()
    {
        var story = Talking();
        var supervisor = Join(story, SupervisionMode.Listen);
        story.FromEdge(new LegReplaced(supervisor, null)).ExpectsNo<HangUp>();
        Assert.NotNull(story.Call.Supervision);
        story.CallerHangsUp().Settles().HoldsNothing();
    }

    [Fact]
    public void An_agent_who_called_is_whispered_to_and_whom_they_called_hears_nothing_of_it()
    {
        var story = CallingOut();
        var customer = story.Edge.AgentLeg;
        Assert.Equal(SuperviseStatus.OwnCall, story.Supervise(SupervisionMode.Listen));
        var supervisor = Join(story, SupervisionMode.Whisper, "alice");
        AssertHear(story, (0, [customer, supervisor]), (customer, [0]), (supervisor, [0, customer]));
        story.CallerHangsUp().Settles().HoldsNothing();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void When_the_agent_who_called_leaves_to_another_call_nobody_is_whispered_to(bool lost)
    {
        var story = CallingOut();
        var customer = story.Edge.AgentLeg;
        var supervisor = Join(story, SupervisionMode.Whisper, "alice");
        var stored = story.Stored;
        story.FromEdge(new LegReplaced(0, "call:consultation"));
        if (lost)
        {
            story.Stored = stored;
            story.SiloCrashes().EdgeAcknowledges().EdgeAttaches();
        }
        story.Is(CallPhase.Connected).Expects<HangUp>(hangUp => hangUp.Leg == supervisor).Expects<BridgeLegs>(bridge => bridge.Other == customer).ExpectsNo<MixLegs>();
        Assert.Equal(SuperviseStatus.NoAgent, story.Supervise(SupervisionMode.Whisper, "alice"));
        story.SiloCrashes(storeFailed: true).EdgeAcknowledges().EdgeAttaches();
        Assert.Equal(SuperviseStatus.NoAgent, story.Supervise(SupervisionMode.Whisper, "alice"));
        story.CallerHangsUp().Settles().HoldsNothing();
    }

    [Fact]
    public void Where_no_agent_is_nobody_can_be_whispered_to()
    {
        var story = new CallStory("tel:+15550199").Arrives().OutboundIsGranted();
        story.FromEdge(new LegAnswered(story.Edge.AgentLeg)).Is(CallPhase.Connected);
        Assert.Equal(SuperviseStatus.NoAgent, story.Supervise(SupervisionMode.Whisper));
        story.ExpectsNo<Reserve>();
        Join(story, SupervisionMode.Listen);
        Assert.Equal(SuperviseStatus.NoAgent, story.Supervise(SupervisionMode.Whisper));
        Assert.Equal(SupervisionMode.Listen, story.Call.Supervision!.Mode);
        Assert.Equal(SuperviseStatus.Accepted, story.Supervise(SupervisionMode.Barge));
        story.CallerHangsUp().Settles().HoldsNothing();
    }

    [Theory]
    [InlineData("rings")]
    [InlineData("listens")]
    [InlineData("answers with it")]
    [InlineData("hangs up with it")]
    public void The_conversation_of_a_caller_who_is_being_transferred_outside_is_another(string supervisorsPhone)
    {
        var story = Talking();
        var agent = story.Edge.AgentLeg;
        story.Supervise(SupervisionMode.Listen);
        var supervisor = story.SupervisorIsReserved().Call.Supervision!.Leg;
        var rings = supervisorsPhone is "rings" or "answers with it";
        if (!rings) story.SupervisorAnswers();
        story.FromEdge(new TransferAsked(agent, "tel:+15550199")).OutboundIsGranted().Is(CallPhase.Dialling);
        CallEvent[] last = supervisorsPhone switch
        {
            "answers with it" => [new LegAnswered(supervisor)],
            "hangs up with it" => [new LegEnded(supervisor, LegEndCause.RemoteHangup, null, null)],
            _ => [],
        };
        story.FromEdge([new LegEnded(agent, LegEndCause.RemoteHangup, null, null), .. last]).Is(CallPhase.Dialling).ExpectsNo<MixLegs>().ExpectsNo<BridgeLegs>();
        Assert.Null(story.Call.Supervision);
        story.FromEdge(new LegAnswered(story.Call.Outbound!.Leg)).Is(CallPhase.Connected).Expects<BridgeLegs>().CallerHangsUp().Settles().HoldsNothing();
    }

    private static CallStory CallingOut()
    {
        var story = new CallStory("tel:+15550199", trunk: null).Arrives().OutboundIsGranted();
        return story.FromEdge(new LegAnswered(story.Edge.AgentLeg)).Is(CallPhase.Connected);
    }

    private static int Join(CallStory story, SupervisionMode mode, string supervisor = "bob")
    {
        Assert.Equal(SuperviseStatus.Accepted, story.Supervise(mode, supervisor));
        story.SupervisorIsReserved().SupervisorAnswers();
        return story.Call.Supervision!.Leg;
    }

    private static void AssertHear(CallStory story, params (int Leg, int[] Hears)[] matrix)
    {
        var mixed = story.Edge.Mixed;
        Assert.NotNull(mixed);
        Assert.Equal(matrix.Select(row => $"{row.Leg} hears {string.Join(' ', row.Hears)}"), mixed.Select(row => $"{row.Leg} hears {string.Join(' ', row.Hears)}"));
    }

    private static CallStory Talking() => new CallStory().Arrives().After(0.05).AgentIsReserved().AgentAnswers().CallerIsConfirmed().Is(CallPhase.Connected);
}
