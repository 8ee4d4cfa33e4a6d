using System.Text.Json.Nodes;
using CallCluster.Contracts.Queues;

namespace CallCluster.Host.Tests.Api;

/// <summary>What supervisors read of a queue, by the API and by Prometheus.</summary>
public sealed class QueueStatisticsTests(RunningHost host) : IClassFixture<RunningHost>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Callers_are_counted_by_what_became_of_them_in_the_API_and_in_the_metrics()
    {
        var queue = host.Grains.GetGrain<IQueueGrain>("sales");
        Assert.Null((await Get())["serviceLevel"]);
        LeaveReason[] reasons = [LeaveReason.Answered, LeaveReason.Answered, LeaveReason.Abandoned, LeaveReason.Abandoned, LeaveReason.Overflowed, LeaveReason.Moved];
        int[] waited = [10, 40, 2, 60, 10, 10];
        for (var i = 0; i < reasons.Length; i++)
        {
            await queue.Post(new Enqueue($"c{i}", 1, i, DateTimeOffset.UtcNow - TimeSpan.FromSeconds(waited[i]), [], "+1555"));
            await queue.Post(new Leave($"c{i}", 2, reasons[i]));
        }
        await queue.Post(new Enqueue("waits", 1, 1, DateTimeOffset.UtcNow, [], "+1555"));

        using var patience = new CancellationTokenSource(Patience);
        JsonNode shown;
        while ((long?)(shown = await Get())["offered"] < 7 || (int?)shown["waiting"] != 1) await Task.Delay(20, patience.Token);
        Assert.Equal((2L, 1L, 2L, 1L, 1L, 1L), (Count("answered"), Count("answeredInTime"), Count("abandoned"), Count("shortAbandoned"), Count("overflowed"), Count("moved")));
        Assert.Equal(1 / 6d, (double)shown["serviceLevel"]!, 6);
        Assert.Equal(25, TimeSpan.Parse((string)shown["averageSpeedOfAnswer"]!, System.Globalization.CultureInfo.InvariantCulture).TotalSeconds, 5d);

        var metrics = await host.Client.GetStringAsync("/metrics");
        foreach (var (name, value) in ((string, int)[])[("offered", 7), ("answered", 2), ("answered_in_time", 1), ("abandoned", 2), ("abandoned_short", 1), ("overflowed", 1), ("moved", 1)])
            Assert.Matches($"callcluster_queue_{name}_total{{[^}}]*queue=\"sales\"[^}}]*}} {value}[ \n]", metrics);
        Assert.Matches("callcluster_queue_answered_wait_seconds_total{[^}]*queue=\"sales\"[^}]*} 5[0-9]", metrics);

        long? Count(string name) => (long?)shown[name];
    }

    private async Task<JsonNode> Get() => JsonNode.Parse(await host.Client.GetStringAsync("/api/v1/queues/sales"))!;
}
