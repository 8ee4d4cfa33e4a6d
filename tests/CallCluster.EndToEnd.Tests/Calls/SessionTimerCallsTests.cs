using CallCluster.EndToEnd.Tests.Audio;
using CallCluster.EndToEnd.Tests.Peers;
using CallCluster.EndToEnd.Tests.Processes;

namespace CallCluster.EndToEnd.Tests.Calls;

/// <summary>Session timers (RFC 4028) in both roles with sipp. The shortest session that the RFC allows is 90 s, so this takes a minute: all cases run at once, and with them glare (RFC 3261 14), which a refresh by re-INVITE is the occasion for.</summary>
public sealed class SessionTimerCallsTests : IDisposable
{
    private readonly ScratchDirectory _scratch = new();

    [Fact]
    public async Task Sessions_are_refreshed_by_either_side_keep_their_audio_and_end_when_nobody_refreshes()
    {
        var agentPort = FreePorts.One();
        var configuration = new CallClusterConfiguration(_scratch)
            .With("Sip", "SessionExpires", "\"00:01:30\"").With("Numbers", "6000", "\"queue:support\"").With("Queues", "support", "{}").WithAgents("a", 4, agentPort, "support");
        await using var server = await CallClusterProcess.Start(configuration);
        AudioParty[] callers = SippCalls.Parties(1, 4), agents = SippCalls.Parties(1001, 4);
        await using var phones = await SippCalls.Agents(_scratch, agentPort, agents);
        await using var refreshed = SippCalls.Caller(_scratch, "caller-refreshed", server.SipPort, "6000", callers[0], TimeSpan.FromSeconds(15));
        await using var refreshing = SippCalls.Caller(_scratch, "caller-refreshes", server.SipPort, "6000", callers[1], TimeSpan.FromSeconds(55));
        await using var silent = SippCalls.Caller(_scratch, "caller-until-bye", server.SipPort, "6000", callers[2], TimeSpan.Zero, "-key", "timer", "Session-Expires: 90;refresher=uac");
        await using var glaring = SippCalls.Caller(_scratch, "caller-glares", server.SipPort, "6000", callers[3], TimeSpan.FromSeconds(8));
        await using var conversation = new Conversation(() => [.. glaring.LogLines, .. refreshed.LogLines, .. refreshing.LogLines, .. silent.LogLines, .. phones.LogLines], [.. callers, .. agents]);

        var results = await Task.WhenAll(refreshed.Finished(TimeSpan.FromSeconds(90)), refreshing.Finished(TimeSpan.FromSeconds(90)), silent.Finished(TimeSpan.FromSeconds(90)), glaring.Finished(TimeSpan.FromSeconds(90)));
        await server.IsIdle();
        await conversation.Stop();

        Assert.All(results, result => Assert.True(result is { ExitCode: 0, Successful: 1 }, $"{result}"));
        Assert.Single(glaring.LogLines, line => line.EndsWith("TRIES AGAIN", StringComparison.Ordinal));
        AudioAssert.TalkedInPairs(callers, agents, TimeSpan.FromSeconds(50));
        Assert.Equal(1, await server.Metric("callcluster_edge_legs_ended_total", "cause=\"Failed\""));
    }

    public void Dispose() => _scratch.Dispose();
}
