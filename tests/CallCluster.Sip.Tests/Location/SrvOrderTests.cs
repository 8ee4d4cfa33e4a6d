using CallCluster.Sip.Location;

namespace CallCluster.Sip.Tests.Location;

/// <summary>RFC 2782.</summary>
public sealed class SrvOrderTests
{
    [Fact]
    public void A_lower_priority_number_comes_first_whatever_the_weights() =>
        Assert.Equal([1, 2, 3], Arrange([(3, 100), (1, 0), (2, 65535)], most => most - 1).Select(server => server.Priority));

    [Theory]
    [InlineData(0, 0)] // a number of 0 chooses one without weight
    [InlineData(1, 10)]
    [InlineData(10, 10)]
    [InlineData(11, 20)]
    [InlineData(30, 20)]
    public void The_first_whose_running_sum_reaches_the_number_is_chosen(int number, int weight) =>
        Assert.Equal(weight, Arrange([(1, 10), (1, 20), (1, 0)], _ => number)[0].Weight);

    [Fact]
    public void Servers_are_chosen_in_proportion_to_their_weight()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        var first = Enumerable.Range(0, 10_000).Count(_ => Arrange([(1, 25), (1, 75)], random.Next)[0].Weight == 75);
        // 26 numbers of 101 choose the lighter one; ten standard deviations either way.
        Assert.True(first is > 6900 and < 7950, $"seed {seed}: {first}");
    }

    [Fact]
    public void Each_is_there_once()
    {
        var seed = Environment.TickCount;
        var arranged = Arrange([(1, 1), (1, 2), (1, 3), (1, 0), (2, 0), (2, 0)], new Random(seed).Next);
        Assert.True(arranged.Distinct().Count() == 6 && arranged.Length == 6, $"seed {seed}");
    }

    // The address tells equal ones apart.
    private static Server[] Arrange((int Priority, int Weight)[] records, Func<int, int> random) =>
        [.. SrvOrder.Arrange([.. records.Select((record, i) => new Server(record.Priority, record.Weight, [new(i, 5060)]))], most => Math.Min(random(most), most - 1))];
}
