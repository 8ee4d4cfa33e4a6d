using CallCluster.Contracts.Agents;
using CallCluster.Contracts.Calls;
using CallCluster.Contracts.Configuration;
using CallCluster.Contracts.Trunks;
using CallCluster.Grains.Calls;

namespace CallCluster.Grains.Tests.Calls;

/// <summary>A caller who goes back into the trunk that the call came through, by REFER.</summary>
public sealed class ReferringTests
{
    private const string Outside = "tel:+15550199";

    [Fact]
    public void The_trunk_takes_the_caller_and_everybody_is_free()
    {
        var story = Referring();
        var alice = story.Call.Agent!.Leg;
        story.FromEdge(new ReferEnded(0, 200)).Is(CallPhase.Ended).Expects<TellTransfer>(tell => tell.Leg == alice && tell.Status == 200)
            .Expects<HangUp>(hangUp => hangUp.Leg == alice).Expects<HangUp>(hangUp => hangUp.Leg == 0).Expects<AgentReleased>(released => released.WrapUp == TimeSpan.FromSeconds(10));
        story.Settles().HoldsNothing();
        Assert.Equal(("alice", Outside, null, CallOutcome.Answered, "agent"), (story.Record.Agent, story.Record.OutboundTo, story.Record.OutboundTrunk, story.Record.Outcome, story.Record.EndedBy));
    }

    [Fact]
    public void A_trunk_that_will_not_has_the_caller_bridged()
    {
        var story = Referring();
        story.FromEdge(new ReferEnded(0, 603)).Is(CallPhase.AcquiringTrunk).Expects<AcquireChannel>().ExpectsNo<TellTransfer>().ExpectsNo<UnbridgeLeg>();
        story.OutboundIsGranted();
        story.FromEdge(new LegAnswered(story.Call.Outbound!.Leg)).Is(CallPhase.Connected).Expects<TellTransfer>(tell => tell.Status == 200).Expects<BridgeLegs>();
        story.CallerHangsUp().Settles().HoldsNothing();
        Assert.Equal(("carrier", Outside), (story.Record.OutboundTrunk, story.Record.OutboundTo));
    }

    [Fact]
    public void A_trunk_that_says_nothing_is_waited_for_and_then_the_caller_is_bridged()
    {
        var story = Referring();
        story.After(69).Is(CallPhase.Transferring).After(1.5).Is(CallPhase.AcquiringTrunk).Expects<StopReferring>().Expects<AcquireChannel>();
        story.CallerHangsUp().Settles().HoldsNothing();
    }

    [Fact]
    public void A_caller_who_leaves_meanwhile_has_hung_up_and_was_not_transferred()
    {
        var story = Referring();
        story.CallerHangsUp().Is(CallPhase.Ended).Expects<TellTransfer>(tell => tell.Status == 487).Expects<AgentReleased>();
        story.Settles().HoldsNothing();
        Assert.Equal((null, CallOutcome.Answered, "alice", "caller"), (story.Record.OutboundTo, story.Record.Outcome, story.Record.Agent, story.Record.EndedBy));
        Assert.Contains(story.Record.Steps, step => step.What == $"carrier had not transferred the caller to {Outside}");
    }

    [Fact]
    public void An_agent_who_leaves_meanwhile_is_free_and_the_transfer_goes_on()
    {
        var story = Referring();
        story.AgentHangsUp().Is(CallPhase.Transferring).Expects<AgentReleased>();
        story.FromEdge(new ReferEnded(0, 202)).Is(CallPhase.Ended);
        story.Settles().HoldsNothing();
        Assert.Equal("alice", story.Record.Agent);
    }

    [Fact]
    public void A_caller_beside_a_supervisor_is_mixed_with_nobody_when_the_agent_leaves_meanwhile()
    {
        var story = Talking(TransferMode.Refer, "carrier");
        var alice = story.Call.Agent!.Leg;
        story.Supervise(SupervisionMode.Barge);
        story.SupervisorIsReserved().SupervisorAnswers();
        Assert.NotNull(story.Edge.Mixed);
        story.FromEdge(new TransferAsked(alice, Outside)).FromEdge(new LegEnded(alice, LegEndCause.RemoteHangup, null, null)).Is(CallPhase.Transferring).Expects<AgentReleased>(released => released.OfferId.Contains("supervisor", StringComparison.Ordinal));
        Assert.Null(story.Edge.Mixed);
        story.Expects<Play>(play => play.Leg == 0).FromEdge(new ReferEnded(0, 202)).Settles().HoldsNothing();
    }

    [Fact]
    public void A_silo_that_dies_meanwhile_asks_again()
    {
        var story = Referring().SiloCrashes().EdgeAcknowledges().Is(CallPhase.Transferring).Expects<ReferLeg>().Expects<BridgeLegs>();
        story.EdgeAttaches().FromEdge(new ReferEnded(0, 200)).Settles().HoldsNothing();
    }

    [Theory]
    [InlineData(TransferMode.Bridge, "carrier")]
    [InlineData(TransferMode.Refer, "backup")]
    public void Only_the_callers_own_trunk_is_asked_and_only_where_it_takes_REFER(TransferMode mode, string first)
    {
        var story = Talking(mode, first);
        story.FromEdge(new TransferAsked(story.Edge.AgentLeg, Outside)).Is(CallPhase.AcquiringTrunk).ExpectsNo<ReferLeg>();
        story.CallerHangsUp().Settles().HoldsNothing();
    }

    [Fact]
    public void A_trunk_that_has_both_parties_joins_them_and_everybody_is_free()
    {
        var story = Joining();
        var alice = story.Call.Agent!.Leg;
        story.FromEdge(new ReplacementAsked(alice, "call:2") { Trunk = "carrier" }).Is(CallPhase.Transferring).ExpectsNo<TellTransfer>().ExpectsNo<ReferLeg>();
        story.FromEdge(new ReferEnded(0, 200)).Is(CallPhase.Ended).Expects<TellTransfer>(tell => tell.Leg == alice && tell.Status == 200).Expects<AgentReleased>().ExpectsNo<ReplaceLeg>();
        story.Settles().HoldsNothing();
        Assert.Equal(("alice", "call:2", null), (story.Record.Agent, story.Record.OutboundTo, story.Record.OutboundTrunk));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_trunk_that_does_not_join_them_has_them_joined_here(bool isTold)
    {
        var story = Joining();
        var alice = story.Call.Agent!.Leg;
        if (isTold) story.FromEdge(new ReferEnded(0, 603));
        else story.After(10.5);
        story.Is(CallPhase.Connected).Expects<ReplaceLeg>(replace => replace.Leg == alice).ExpectsNo<AcquireChannel>().ExpectsNo<TellTransfer>();
        story.FromEdge(new LegReplaced(alice, "call:2")).Is(CallPhase.Connected).Expects<AgentReleased>();
        story.CallerHangsUp().Settles().HoldsNothing();
        Assert.Equal("call:2", story.Record.OutboundTo);
    }

    [Theory]
    [InlineData(TransferMode.Refer, "backup")]
    [InlineData(TransferMode.Refer, null)]
    [InlineData(TransferMode.Bridge, "carrier")]
    public void Parties_behind_different_trunks_or_one_that_takes_no_REFER_are_joined_here(TransferMode mode, string? trunk)
    {
        var story = Talking(mode, "carrier");
        story.FromEdge(new ReplacementAsked(story.Edge.AgentLeg, "call:2") { Trunk = trunk }).Is(CallPhase.Connected).Expects<ReplaceLeg>().ExpectsNo<ReferLeg>();
        story.CallerHangsUp().Settles().HoldsNothing();
    }

    private static CallStory Joining()
    {
        var story = Talking(TransferMode.Refer, "carrier");
        return story.FromEdge(new ReplacementAsked(story.Edge.AgentLeg, "call:2") { Trunk = "carrier" }).Is(CallPhase.Transferring)
            .Expects<ReferLeg>(refer => refer is { Leg: 0, To: "call:2", By: "alice" }).ExpectsNo<ReplaceLeg>().ExpectsNo<UnbridgeLeg>();
    }

    private static CallStory Referring()
    {
        var story = Talking(TransferMode.Refer, "carrier");
        return story.FromEdge(new TransferAsked(story.Edge.AgentLeg, Outside)).Is(CallPhase.Transferring)
            .Expects<ReferLeg>(refer => refer is { Leg: 0, To: Outside, By: "alice" }).ExpectsNo<AcquireChannel>().ExpectsNo<UnbridgeLeg>();
    }

    private static CallStory Talking(TransferMode mode, string first)
    {
        var story = new CallStory();
        var routing = story.Routing.Current;
        story.Routing.Current = routing with
        {
            Trunks = new Dictionary<string, TrunkOptions>(routing.Trunks) { ["carrier"] = routing.Trunks["carrier"] with { Transfer = mode } },
            Outbound = routing.Outbound with { Routes = [new() { Prefix = "+1", Trunks = [first] }] },
        };
        return story.Arrives().After(0.05).AgentIsReserved().AgentAnswers().CallerIsConfirmed().Is(CallPhase.Connected);
    }
}
