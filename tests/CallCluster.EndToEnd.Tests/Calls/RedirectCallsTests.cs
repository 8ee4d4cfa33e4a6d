using CallCluster.EndToEnd.Tests.Audio;
using CallCluster.EndToEnd.Tests.Peers;
using CallCluster.EndToEnd.Tests.Processes;

namespace CallCluster.EndToEnd.Tests.Calls;

/// <summary>302 of sipp as phone and as carrier: followed where policy has it, and nowhere else.</summary>
public sealed class RedirectCallsTests : IDisposable
{
    private readonly ScratchDirectory _scratch = new();

    [Fact]
    public async Task A_phone_redirects_within_its_own_host_and_into_the_cluster_and_nowhere_else()
    {
        int followed = FreePorts.One(), thief = FreePorts.One(), loop = FreePorts.One(), back = FreePorts.One(), good = FreePorts.One();
        var configuration = new CallClusterConfiguration(_scratch).With("Outbound", "Allow", """["+1"]""");
        foreach (var (number, agent, port) in (IEnumerable<(string, string, int)>)[("7001", "alice", followed), ("7002", "bob", thief), ("7003", "carol", loop), ("7004", "dave", back)])
            configuration.With("Numbers", number, $"\"agent:{agent}\"").With("Agents", agent, $$"""{ "Contact": "sip:{{agent}}@127.0.0.1:{{port}}" }""");
        await using var server = await CallClusterProcess.Start(configuration);
        AudioParty[] callers = SippCalls.Parties(1, 4), called = SippCalls.Parties(1001, 2);
        await using var answers = await SippCalls.Agents(_scratch, good, called);
        await using var alice = await Redirecting(followed, $"<sip:alice@203.0.113.9>;q=1.0, <sip:alice@127.0.0.1:{good}>;q=0.5");
        await using var bob = await Redirecting(thief, "<sip:+15550199@203.0.113.9>, <tel:+15550199>");
        await using var carol = await Redirecting(loop, $"<sip:carol@127.0.0.1:{loop}>");
        await using var dave = await Redirecting(back, $"<sip:nobody@127.0.0.1:{configuration.SipPort}>;q=0.9, <sip:7001@127.0.0.1:{configuration.SipPort}>;q=0.8, <sip:bob@callcluster.local>;q=0.7");

        await Call(server, "7001", callers[0], answered: true);
        await Call(server, "7002", callers[1], answered: false);
        await Call(server, "7003", callers[2], answered: false);
        await Call(server, "7004", callers[3], answered: true);
        await server.IsIdle();

        Assert.Equal((2, 4, 1, 1), (await Redirects(server, "Followed"), await Redirects(server, "ForeignHost"), await Redirects(server, "OwnListener"), await Redirects(server, "Inside")));
        // Dave's phone sends the caller to alice, and hers on to where she is.
        Assert.Equal("alice", (string?)(await server.Records(4))[3]["agent"]);
        await server.WaitForLog("The agent bob redirects a call to tel:+15550199, which is refused: ForeignHost", TimeSpan.FromSeconds(5));
        foreach (var party in (AudioParty[])[.. callers, .. called]) party.Dispose();
    }

    [Fact]
    public async Task A_carrier_redirects_within_itself_and_to_what_may_be_dialled()
    {
        int moved = FreePorts.One(), thief = FreePorts.One(), forwards = FreePorts.One(), good = FreePorts.One();
        var configuration = new CallClusterConfiguration(_scratch).With("Outbound", "Allow", """["+3"]""").With("Outbound", "CallerId", "\"+15550100\"")
            .With("Outbound", "Routes", """[{ "Prefix": "+1", "Trunks": ["moved"] }, { "Prefix": "+2", "Trunks": ["thief"] }, { "Prefix": "+3", "Trunks": ["forwards"] }]""")
            .With("Trunks", "moved", Trunk(moved)).With("Trunks", "thief", Trunk(thief)).With("Trunks", "forwards", Trunk(forwards))
            .With("Numbers", "6001", "\"tel:+15550199\"").With("Numbers", "6002", "\"tel:+25550199\"").With("Numbers", "6003", "\"tel:+35550199\"");
        await using var server = await CallClusterProcess.Start(configuration);
        AudioParty[] callers = SippCalls.Parties(1, 3), called = SippCalls.Parties(1001, 2);
        await using var answers = await SippCalls.Agents(_scratch, good, called[..1]);
        // The same number at another port; a number that nobody may dial, and one that others carry; a number that agents may dial.
        await using var moves = await Redirecting(moved, $"<sip:+15550199@127.0.0.1:{good}>");
        await using var steals = await Redirecting(thief, $"<sip:+49900123@127.0.0.1:{good}>, <sip:+25550199@203.0.113.9>, <sip:+35550188@127.0.0.1:{good}>");
        await using var sendsOn = await SippCalls.Agents(_scratch, "redirects-then-answers", forwards, called[1..], options: ["-key", "contacts", "<sip:+35550188@203.0.113.9>"]);

        await Call(server, "6001", callers[0], answered: true);
        await Call(server, "6002", callers[1], answered: false);
        await Call(server, "6003", callers[2], answered: true);
        await server.IsIdle();

        Assert.Equal(["REDIRECTED TO +35550188 BY <sip:+35550199@127.0.0.1"], sendsOn.LogLines.Where(line => line.StartsWith("REDIRECTED", StringComparison.Ordinal)).Select(line => line.Replace(" BY  <", " BY <", StringComparison.Ordinal).Split(':')).Select(parts => $"{parts[0]}:{parts[1]}"));
        var history = Assert.Single(sendsOn.LogLines, line => line.StartsWith("HISTORY", StringComparison.Ordinal));
        Assert.Equal($"<sip:6003@callcluster.local>;index=1, <sip:+35550199@127.0.0.1:{forwards};cause=302?Reason=SIP%3Bcause%3D302>;index=1.1;mp=1, <sip:+35550188@127.0.0.1:{forwards};cause=302>;index=1.2;mp=1.1", history["HISTORY".Length..].Trim());
        Assert.Equal((2, 2, 1), (await Redirects(server, "Followed"), await Redirects(server, "OutboundDenied"), await Redirects(server, "NoRoute")));
        foreach (var party in (AudioParty[])[.. callers, .. called]) party.Dispose();
    }

    public void Dispose() => _scratch.Dispose();

    private static Task<double> Redirects(CallClusterProcess server, string outcome) => server.Metric("callcluster_edge_redirects_total", $"outcome=\"{outcome}\"");

    // sipp's scenarios begin with INVITE.
    private static string Trunk(int port) => $$"""{ "Proxy": "sip:127.0.0.1:{{port}}", "TrustIdentity": true, "ProbeInterval": "00:00:00" }""";

    private async Task<SippRun> Redirecting(int port, string contacts)
    {
        var run = SippRun.Start(_scratch, "redirects", 9, options: ["-key", "contacts", contacts], port: port);
        await Eventually.IsTrue(() => Listening.OnUdp(port), "sipp listens");
        return run;
    }

    private async Task Call(CallClusterProcess server, string number, AudioParty party, bool answered)
    {
        await using var caller = SippCalls.Callers(_scratch, server.SipPort, number, [party], TimeSpan.FromMilliseconds(300));
        var result = await caller.Finished(TimeSpan.FromSeconds(20));
        Assert.True(result.Successful == (answered ? 1 : 0), $"{number}: {result}");
        if (!answered) Assert.Contains("480", result.Errors, StringComparison.Ordinal);
    }
}
