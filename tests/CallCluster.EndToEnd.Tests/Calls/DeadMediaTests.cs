using CallCluster.EndToEnd.Tests.Audio;
using CallCluster.EndToEnd.Tests.Peers;
using CallCluster.EndToEnd.Tests.Processes;

namespace CallCluster.EndToEnd.Tests.Calls;

/// <summary>Phones that vanish without BYE.</summary>
public sealed class DeadMediaTests : IDisposable
{
    private readonly ScratchDirectory _scratch = new();

    [Fact]
    public async Task A_call_whose_agents_phone_vanishes_is_freed_and_its_caller_let_go()
    {
        var agentPort = FreePorts.One();
        var configuration = new CallClusterConfiguration(_scratch)
            .With("Media", "DeadAfter", "\"00:00:05\"").With("Numbers", "6000", "\"queue:support\"").With("Queues", "support", "{}").WithAgents("a", 1, agentPort, "support");
        await using var server = await CallClusterProcess.Start(configuration);
        AudioParty[] callers = SippCalls.Parties(1, 1), agents = SippCalls.Parties(1001, 1);
        await using var caller = SippCalls.Caller(_scratch, "caller-until-bye", server.SipPort, "6000", callers[0], TimeSpan.Zero, "-key", "timer", "Subject: dead media");
        await using var callerTalks = new Conversation(() => [.. caller.LogLines], callers);
        await using (var phone = await SippCalls.Agents(_scratch, agentPort, agents))
        await using (var agentTalks = new Conversation(() => [.. phone.LogLines], agents))
        {
            await Eventually.Becomes(() => Task.FromResult(callerTalks.Look(() => callers[0].Heard.Values.Sum(packets => packets.Count))), heard => heard > 50, "the caller hears the agent");
        }

        var called = await caller.Finished(TimeSpan.FromSeconds(30));
        await server.IsIdle();

        Assert.True(called is { ExitCode: 0, Successful: 1 }, $"{called}");
        Assert.Equal(1, await server.Metric("callcluster_edge_media_timeouts_total"));
        var record = (await server.Records(1))[0];
        Assert.Equal(("Answered", "failure"), ((string?)record["outcome"], (string?)record["endedBy"]));
    }

    public void Dispose() => _scratch.Dispose();
}
