using System.Globalization;
using CallCluster.EndToEnd.Tests.Peers;
using CallCluster.EndToEnd.Tests.Processes;

namespace CallCluster.EndToEnd.Tests.Hostile;

/// <summary>Beyond its capacity: new calls are refused at once and cheaply, calls in progress do not notice.</summary>
[Collection(TestCollections.Alone)]
public sealed class OverloadTests : IDisposable
{
    private const int Capacity = 5;
    private readonly ScratchDirectory _scratch = new();

    [Fact]
    public async Task Beyond_MaxCalls_new_ones_get_503_with_a_jittered_Retry_After_and_calls_in_progress_end_well()
    {
        var agentPort = FreePorts.One();
        await using var server = await CallClusterProcess.Start(new CallClusterConfiguration(_scratch).With("Media", "MaxCalls", $"{Capacity}")
            .With("Numbers", "6000", "\"queue:support\"").With("Queues", "support", "{}").WithAgents("a", Capacity, agentPort, "support"));
        await using var agents = await SippCalls.Agents(_scratch, agentPort, SippCalls.Parties(1001, Capacity));
        await using var callers = SippCalls.Callers(_scratch, server.SipPort, "6000", SippCalls.Parties(1, Capacity), TimeSpan.FromSeconds(6));
        await Eventually.Becomes(() => server.List("calls"), calls => calls.Count(call => (string?)call!["state"] == "Connected") == Capacity, "all calls are connected");

        using var rush = RawSip.Udp(server.SipPort);
        var pauses = new HashSet<int>();
        for (var i = 0; i < 100; i++)
        {
            var refusal = await rush.FinalResponse(rush.Invite("6000"));
            Assert.StartsWith("SIP/2.0 503 At Capacity", refusal, StringComparison.Ordinal);
            pauses.Add(int.Parse(RawSip.Header(refusal, "Retry-After")!, CultureInfo.InvariantCulture));
        }

        Assert.All(pauses, pause => Assert.InRange(pause, 5, 14));
        Assert.True(pauses.Count > 3, string.Join(' ', pauses));
        Assert.Equal(100, await server.Metric("callcluster_edge_calls_refused_total", "reason=\"OverCapacity\""));
        Assert.Equal(Capacity, await server.Metric("callcluster_edge_calls_offered_total"));
        Assert.Equal(1, server.Log.Split('\n').Count(line => line.Contains("carries all 5 calls", StringComparison.Ordinal)));

        await callers.Succeeded(TimeSpan.FromSeconds(30));
        await server.IsIdle();
        await using var after = SippCalls.Callers(_scratch, server.SipPort, "6000", SippCalls.Parties(21, 1), TimeSpan.FromMilliseconds(200));
        await after.Succeeded(TimeSpan.FromSeconds(20));
    }

    public void Dispose() => _scratch.Dispose();
}
