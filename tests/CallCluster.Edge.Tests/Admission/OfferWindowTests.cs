using CallCluster.Edge.Admission;

namespace CallCluster.Edge.Tests.Admission;

public sealed class OfferWindowTests
{
    [Fact]
    public void Is_full_exactly_while_all_places_are_taken()
    {
        var window = new OfferWindow(2);
        var first = window.Open();
        Assert.False(window.IsFull);
        window.Open();
        Assert.True(window.IsFull);
        first.Close();
        Assert.False(window.IsFull);
        first.Close();
        window.Open();
        Assert.True(window.IsFull);
    }

    [Fact]
    public void Counts_right_from_many_threads()
    {
        var window = new OfferWindow(1);
        Parallel.For(0, 10_000, _ => window.Open().Close());
        Assert.False(window.IsFull);
        window.Open();
        Assert.True(window.IsFull);
    }
}
