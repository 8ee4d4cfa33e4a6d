using System.Globalization;
using System.Net;
using CallCluster.EndToEnd.Tests.Audio;
using CallCluster.EndToEnd.Tests.Processes;
using CallCluster.EndToEnd.Tests.Traffic;

namespace CallCluster.EndToEnd.Tests.Hostile;

/// <summary>The short form of the soak (the long one: CallCluster.Benchmarks -- soak): a minute of calls that end in every state leaves nothing behind.</summary>
[Collection(TestCollections.Alone)]
public sealed class SoakTests : IDisposable
{
    private const int CallsPerSecond = 20;
    private readonly ScratchDirectory _scratch = new();

    [Fact]
    public async Task A_minute_of_calls_that_end_in_every_state_leaves_nothing()
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("CALLCLUSTER_SOAK_SEED"), CultureInfo.InvariantCulture, out var given) ? given : Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed} (CALLCLUSTER_SOAK_SEED={seed} replays it)");
        var agentPort = FreePorts.One();
        Directory.CreateDirectory(_scratch.File("prompts/en"));
        Tone.WriteWav(_scratch.File("prompts/en/welcome.wav"), 620, TimeSpan.FromSeconds(2));
        var configuration = new CallClusterConfiguration(_scratch).WithAll(RandomCalls.Configuration)
            .With("Prompts", "Directory", $"\"{_scratch.File("prompts")}\"").With("Prompts", "Languages", """["en"]""")
            .With("Queues", "many", """{ "RingTimeout": "00:00:02" }""").WithAgents("a", 40, agentPort, "many");
        await using var server = await CallClusterProcess.Start(configuration);
        var calls = new RandomCalls(seed);
        await using var traffic = await CallTraffic.StartAsync(new IPEndPoint(IPAddress.Loopback, server.SipPort), agentPort, calls.Plan, calls.Agent);

        await traffic.OfferAsync(CallsPerSecond, TimeSpan.FromSeconds(60));
        await traffic.FinishAsync(TimeSpan.FromSeconds(60));

        var counts = traffic.Counts;
        TestContext.Current.TestOutputHelper?.WriteLine($"{counts}");
        Assert.Equal((0, 0), (counts.Lost, counts.Unavailable));
        Assert.True(counts.Completed > 100 && counts.Cancelled > 40 && counts.Rejected > 50 && counts.AgentsAnswered > 100, $"{counts}");
        await server.IsIdle();
        await Eventually.Becomes(() => server.List("edges"), edges => edges.All(edge => ((int)edge!["calls"]!, (int)edge["portsInUse"]!) == (0, 0)), "the EdgeGrain knows of no call either");
        await Eventually.Becomes(() => server.Metric("callcluster_sip_transactions_pending"), pending => pending == 0, "no transaction left", TimeSpan.FromSeconds(60));
        Assert.Equal(0, await server.Metric("callcluster_edge_calls_active"));
        Assert.Equal(0, await server.Metric("callcluster_sip_datagrams_threw_total"));
        Assert.Equal(0, await server.Metric("callcluster_edge_mailbox_failures_total"));
        Assert.Equal(counts.Started, (await server.Records(counts.Started)).Select(record => (string?)record["sipCallId"]).Distinct().Count());
    }

    public void Dispose() => _scratch.Dispose();
}
