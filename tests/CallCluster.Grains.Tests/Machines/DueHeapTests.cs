using CallCluster.Grains.Machines;
using CsCheck;

namespace CallCluster.Grains.Tests.Machines;

public sealed class DueHeapTests
{
    private static readonly DateTimeOffset Start = MachineUnderTest<int>.Start;

    [Fact]
    public void It_always_knows_the_least_of_what_was_set_moved_and_removed() =>
        Gen.Select(Gen.Int[0, 19], Gen.Int[-5, 50]).List[1, 200].Sample(steps =>
        {
            var heap = new DueHeap<Item>();
            var items = Enumerable.Range(0, 20).Select(_ => new Item()).ToArray();
            var model = new Dictionary<Item, DateTimeOffset>();
            foreach (var (which, at) in steps)
            {
                if (at < 0)
                {
                    heap.Remove(items[which]);
                    model.Remove(items[which]);
                }
                else
                {
                    heap.Set(items[which], Start.AddSeconds(at));
                    model[items[which]] = Start.AddSeconds(at);
                }

                Assert.Equal(model.Count, heap.Count);
                Assert.Equal(model.Count == 0 ? null : model.Values.Min(), heap.NextDue);
                if (heap.First is { } first) Assert.Equal(model[first], heap.NextDue);
            }
        });

    private sealed class Item : DueItem;
}
