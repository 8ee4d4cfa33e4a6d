using CallCluster.Contracts.Calls;
using CallCluster.Contracts.Edges;
using CallCluster.Grains.Edges;
using CallCluster.Grains.Machines;

namespace CallCluster.Grains.Tests.Edges;

/// <summary>PROTOCOL rules 15 and 16.</summary>
public sealed class EdgeMachineTests
{
    private static readonly Guid First = new(1, 0, 0, new byte[8]);
    private static readonly Guid Second = new(2, 0, 0, new byte[8]);
    private readonly EdgeMachine _edge = new("e1", TimeSpan.FromSeconds(9), MachineUnderTest<EdgeMessage>.Start);
    private readonly MachineUnderTest<EdgeMessage> _test;

    public EdgeMachineTests() => _test = new(_edge);

    [Fact]
    public void The_calls_are_what_heartbeats_tell_began_and_ended()
    {
        _test.Send(Beat(1, started: ["a", "b"]), Beat(2, started: ["c"], ended: ["a"]));
        Assert.Equal(["b", "c"], _edge.Calls("", 10));
        Assert.Equal(["c"], _edge.Calls("b", 10));
        Assert.Equal(["b"], _edge.Calls("a", 1));
        _test.Send(Beat(2, started: ["z"]), Beat(1, started: ["y"]));
        Assert.Equal(2, _edge.View()!.Calls);
        _test.Send(Beat(3, started: ["x"]) with { Full = true });
        Assert.Equal(["x"], _edge.Calls("", 10));
    }

    [Fact]
    public void A_missed_heartbeat_makes_it_ask_for_all_calls()
    {
        _test.Send(Beat(1, started: ["a"]));
        Assert.Empty(_test.Sent);
        _test.Send(Beat(3));
        Assert.Equal(EffectKind.ProbeEdge, Assert.Single(_test.Sent).Kind);
        _test.Send(Beat(4) with { Full = true });
        Assert.Empty(_test.Sent);
        Assert.Empty(_edge.Calls("", 10));
    }

    [Fact]
    public void A_silent_edge_is_probed_and_then_declared_dead_and_its_calls_are_told()
    {
        _test.Send(Beat(1, started: ["a", "b"]));
        _test.Wait(8.9);
        Assert.Empty(_test.Sent);
        _test.Wait(0.2);
        Assert.Equal(EffectKind.ProbeEdge, Assert.Single(_test.Sent).Kind);
        Assert.Equal(EdgeStatus.Active, _edge.View()!.Status);
        Assert.Equal(2, _test.Wait(3).Of<CallEdgeLost>().Count);
        Assert.Equal(EdgeStatus.Dead, _edge.View()!.Status);
    }

    [Fact]
    public void An_answered_probe_keeps_the_edge_alive()
    {
        _test.Send(Beat(1, started: ["a"]));
        _test.Wait(10);
        _test.Send(Beat(2, started: ["a"]) with { Full = true });
        Assert.Empty(_test.Wait(5).Of<CallEdgeLost>());
    }

    [Fact]
    public void An_activation_that_never_heard_the_edge_waits_for_the_whole_lease_before_it_gives_it_up()
    {
        _test.Send(new EdgeInquiry("a"));
        Assert.Empty(_test.Wait(11.9).Of<CallEdgeLost>());
        _test.Wait(0.2);
        Assert.Equal("a", Assert.Single(_test.Sent).Key);
        _test.Send(new EdgeInquiry("b")).One<CallEdgeLost>();
    }

    [Fact]
    public void A_restarted_process_loses_the_calls_of_the_earlier_one()
    {
        _test.Send(Beat(7, started: ["a", "b"]) with { Full = true });
        _test.Send(Beat(1, started: ["c"]) with { ProcessId = Second });
        Assert.Equal(["a", "b"], _test.Sent.Where(effect => effect.Payload is CallEdgeLost).Select(effect => effect.Key).Order());
        _test.Send(Beat(8, started: ["d"]));
        Assert.Equal(["c"], _edge.Calls("", 10));
    }

    [Fact]
    public void A_call_in_doubt_is_told_whether_the_edge_still_carries_it()
    {
        _test.Send(Beat(1, started: ["a"]));
        _test.Send(new EdgeInquiry("a")).One<CallEdgeAlive>();
        _test.Send(new EdgeInquiry("b")).One<CallEdgeLost>();
    }

    [Fact]
    public void A_doubt_waits_for_a_full_heartbeat_when_deltas_were_missed()
    {
        _test.Send(Beat(5));
        _test.Send(new EdgeInquiry("a"));
        Assert.Empty(_test.Sent);
        _test.Send(Beat(6, started: ["a"]) with { Full = true }).One<CallEdgeAlive>();
    }

    [Fact]
    public void A_dead_edge_that_comes_back_is_active_again()
    {
        _test.Send(Beat(1));
        _test.Wait(20);
        _test.Send(Beat(2) with { Full = true, Draining = true });
        Assert.Equal(EdgeStatus.Draining, _edge.View()!.Status);
    }

    [Fact]
    public void A_dead_edge_is_forgotten_after_a_while()
    {
        _test.Send(Beat(1));
        _test.Wait(TimeSpan.FromMinutes(11));
        Assert.True(_test.Effects.MustClear);
        Assert.Null(_edge.NextDue);
    }

    private static EdgeHeartbeat Beat(long number, string[]? started = null, string[]? ended = null) => new()
    {
        Observer = null!,
        ProcessId = First,
        Number = number,
        Draining = false,
        Started = started ?? [],
        Ended = ended ?? [],
        Full = false,
        MaxCalls = 100,
        Listeners = [],
        PortsInUse = 0,
    };
}
