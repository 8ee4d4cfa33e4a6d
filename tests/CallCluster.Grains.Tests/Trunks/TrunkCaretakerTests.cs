using CallCluster.Contracts.Trunks;
using CallCluster.Grains.Trunks;

namespace CallCluster.Grains.Tests.Trunks;

/// <summary>One edge at a time registers and probes a trunk.</summary>
public sealed class TrunkCaretakerTests
{
    private readonly TrunkCaretaker _caretaker = new();
    private DateTimeOffset _now = new(2026, 11, 23, 9, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Nobody_is_lent_the_trunk_before_an_edge_that_has_it_could_say_so()
    {
        Assert.False(Asks("a"));
        Pass(3);
        Assert.False(Asks("a"));
        Pass(1);
        Assert.True(Asks("a"));
        Assert.False(Asks("b"));
    }

    [Fact]
    public void An_edge_that_cares_already_is_believed_at_once_and_keeps_it()
    {
        Assert.True(Asks("b", cares: true));
        Pass(5);
        Assert.False(Asks("a"));
        Assert.True(Asks("b", cares: true));
        Pass(9);
        Assert.False(Asks("a"));
        Pass(2);
        Assert.True(Asks("a"));
        Assert.False(Asks("b", cares: true));
        Assert.Equal("a", _caretaker.EdgeId);
    }

    [Fact]
    public void An_edge_that_leaves_makes_room_at_once()
    {
        Assert.True(Asks("a", cares: true));
        _caretaker.Attend(new TrunkReport("b", false, null, Leaves: true), _now);
        Assert.False(Asks("b"));
        _caretaker.Attend(new TrunkReport("a", true, null, Leaves: true), _now);
        Assert.True(Asks("b"));
    }

    [Fact]
    public void What_is_told_counts_while_the_lease_runs()
    {
        _caretaker.Attend(new TrunkReport("a", true, new TrunkHealth(true, false, "403 Forbidden")), _now);
        Assert.Equal(new TrunkHealth(true, false, "403 Forbidden"), _caretaker.Health(_now));
        Pass(10);
        Assert.Null(_caretaker.Health(_now));
    }

    private bool Asks(string edge, bool cares = false) => _caretaker.Attend(new TrunkReport(edge, cares, null), _now).Lent;

    private void Pass(double seconds) => _now += TimeSpan.FromSeconds(seconds);
}
