using CallCluster.Grains.Queues;

namespace CallCluster.Grains.Tests.Queues;

public sealed class CallersInOrderTests(ITestOutputHelper output)
{
    [Fact]
    public void It_is_what_a_sorted_set_is_whatever_comes_and_goes()
    {
        var seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var (callers, expected) = (new CallersInOrder(), new SortedSet<Caller>(Caller.PlaceOrder));
        var known = Enumerable.Range(0, 300).Select(i => new Caller($"c{i}") { Place = random.Next(100) }).ToArray();
        for (var i = 0; i < 5_000; i++)
        {
            var caller = known[random.Next(known.Length)];
            if (random.Next(2) == 0)
            {
                callers.Add(caller);
                expected.Add(caller);
            }
            else
            {
                callers.Remove(caller);
                expected.Remove(caller);
            }

            Assert.Equal(expected.Count, callers.Count);
            Assert.Same(expected.Min, callers.First);
            var other = known[random.Next(known.Length)];
            Assert.Equal(expected.Count(one => Caller.PlaceOrder.Compare(one, other) < 0), callers.Before(other));
            if (i % 100 == 0) Assert.Equal(expected, callers);
        }
    }

    /// <summary>Callers come in order: a tree that did not balance would be a list, as deep as it is long, and end the process by its recursion.</summary>
    [Fact]
    public void A_long_line_costs_the_logarithm_of_its_length()
    {
        var callers = new CallersInOrder();
        for (var i = 0; i < 100_000; i++) callers.Add(new Caller("c") { Place = i });
        for (var i = 0; i < 100_000; i += 2) callers.Remove(new Caller("c") { Place = i });
        Assert.Equal(25_000, callers.Before(new Caller("c") { Place = 50_000 }));
    }
}
