using CallCluster.EndToEnd.Tests.Audio;
using CallCluster.EndToEnd.Tests.Peers;
using CallCluster.EndToEnd.Tests.Processes;

namespace CallCluster.EndToEnd.Tests.Hostile;

/// <summary>sipvicious and sipsak from addresses of no trunk, while the trunk's calls go on.</summary>
public sealed class AttackToolsTests : IDisposable
{
    private const int Calls = 20;
    private readonly ScratchDirectory _scratch = new();

    [Fact]
    public async Task Svmap_finds_a_server_and_nothing_more()
    {
        await using var server = await CallClusterProcess.Start(Configuration());
        var map = await Attack("svmap", "sipvicious", "-b", "127.0.0.61", "-p", $"{server.SipPort}", "127.0.0.1");
        Assert.Contains("CallCluster", map, StringComparison.Ordinal);
        await server.IsIdle();
        Assert.Equal(0, await server.Metric("callcluster_sip_datagrams_threw_total"));
    }

    /// <summary>Each name gets the same answer, so the tool gives up or goes through its list in vain.</summary>
    [Theory]
    [InlineData("REGISTER")]
    [InlineData("INVITE")]
    [InlineData("OPTIONS")]
    public async Task Svwar_learns_of_no_extension(string method)
    {
        var words = _scratch.Write("words.txt", string.Join('\n', Enumerable.Range(900, 100).Select(number => $"{number}").Append("a1").Append("bob").Append("6000")));
        var (said, _) = await AttackAsStranger(server => Attack("svwar", "sipvicious", "-p", $"{server.SipPort}", "-m", method, "-d", words, "--force", "127.0.0.1"));
        Assert.DoesNotContain("noauth", said, StringComparison.Ordinal);
        Assert.DoesNotContain("| bob", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Svcrack_is_banned_before_it_comes_to_the_password()
    {
        var (said, log) = await AttackAsStranger(server => Attack("svcrack", "sipvicious", "-p", $"{server.SipPort}", "-u", "bob", "-r", "1-400", "--maximumtime", "3", "127.0.0.1"));
        Assert.DoesNotContain("The password for", said, StringComparison.Ordinal);
        Assert.DoesNotContain("| 300", said, StringComparison.Ordinal);
        Assert.Contains("127.0.0.1 is banned for 00:05:00", log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sipsak_sends_trash_and_the_trunks_calls_go_on() =>
        await AttackDuringCalls(server => Attack("sipsak", "sipsak", "-R", "--local-ip=127.0.0.65", "-t", "200", "-s", $"sip:x@127.0.0.1:{server.SipPort}"));

    [Fact]
    public async Task Sipsak_floods_and_the_trunks_calls_go_on() =>
        await AttackDuringCalls(server => Attack("sipsak", "sipsak", "-F", "--local-ip=127.0.0.66", "-e", "20000", "-s", $"sip:x@127.0.0.1:{server.SipPort}"), dropped: "rate");

    public void Dispose() => _scratch.Dispose();

    /// <summary>Runs a tool that cannot choose its address: the trunk has another. Returns what the tool and the server said.</summary>
    private async Task<(string Said, string Log)> AttackAsStranger(Func<CallClusterProcess, Task<string>> attack)
    {
        await using var server = await CallClusterProcess.Start(Configuration().With("Trunks", "carrier", """{ "AllowFrom": ["127.0.0.9/32"] }"""));
        var said = await attack(server);
        Assert.False(server.HasExited, server.Log);
        Assert.Equal(0, await server.Metric("callcluster_sip_datagrams_threw_total"));
        Assert.Equal(0, await server.Metric("callcluster_edge_calls_offered_total"));
        return (said, server.Log);
    }

    /// <summary>Runs the attack while a trunk calls agents, and checks that those calls are all good, nothing is left and the attack was noticed.</summary>
    /// <param name="attack">Starts the tool and waits for its end.</param>
    /// <param name="dropped">Why messages must have been dropped.</param>
    private async Task AttackDuringCalls(Func<CallClusterProcess, Task<string>> attack, string? dropped = null)
    {
        var agentPort = FreePorts.One();
        await using var server = await CallClusterProcess.Start(Configuration().WithAgents("a", Calls, agentPort, "support"));
        AudioParty[] callerParties = SippCalls.Parties(1, Calls), agentParties = SippCalls.Parties(1001, Calls);
        await using var agents = await SippCalls.Agents(_scratch, agentPort, agentParties);
        await using var callers = SippCalls.Callers(_scratch, server.SipPort, "6000", callerParties, TimeSpan.FromSeconds(3), perSecond: 5);
        await using var conversation = new Conversation(() => [.. callers.LogLines, .. agents.LogLines], [.. callerParties, .. agentParties]);

        await attack(server);
        var called = await callers.Finished(TimeSpan.FromSeconds(60));
        await server.IsIdle();
        await agents.Stop();
        await conversation.Stop();

        Assert.False(server.HasExited, server.Log);
        Assert.True(called is { ExitCode: 0, Successful: Calls, Failed: 0 }, $"{called}");
        AudioAssert.TalkedInPairs(callerParties, agentParties, TimeSpan.FromSeconds(2.5));
        Assert.Equal(0, await server.Metric("callcluster_sip_datagrams_threw_total"));
        if (dropped is not null) Assert.True(await server.Metric("callcluster_sip_dropped_total", $"reason=\"{dropped}\"") > 0, await server.Metrics());
    }

    private async Task<string> Attack(string tool, string package, params string[] arguments)
    {
        await using var process = ChildProcess.Start(DebianProgram.Find(tool, package), arguments, _scratch.Folder(tool), new Dictionary<string, string> { ["HOME"] = _scratch.Folder("home"), ["COLUMNS"] = "200" });
        await process.WaitForExit(TimeSpan.FromSeconds(60));
        TestContext.Current.TestOutputHelper?.WriteLine($"{tool} said:\n{process.Output}");
        return process.Output;
    }

    // The tools know no SHA-256.
    private CallClusterConfiguration Configuration() => new CallClusterConfiguration(_scratch).With("Sip", "DigestAlgorithms", """["Md5"]""")
        .With("Numbers", "6000", "\"queue:support\"").With("Queues", "support", "{}").WithRegisteringAgent("bob", "300", "support");
}
