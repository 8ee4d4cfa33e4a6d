using CallCluster.EndToEnd.Tests.Peers;
using CallCluster.EndToEnd.Tests.Processes;

namespace CallCluster.EndToEnd.Tests.Calls;

/// <summary>sipp over IPv6, with listeners of both families and an advertised address for each.</summary>
[Collection(TestCollections.Alone)]
public sealed class IPv6CallsTests : IDisposable
{
    private readonly ScratchDirectory _scratch = new();

    [Theory]
    [InlineData("u1")]
    [InlineData("t1")]
    public async Task A_call_over_IPv6_reaches_an_agent_over_IPv6(string transport)
    {
        var (agentPort, port6) = (FreePorts.One(), FreePorts.One());
        var configuration = new CallClusterConfiguration(_scratch);
        configuration.With("Sip", "Listen", $$"""
            ["udp:127.0.0.1:{{configuration.SipPort}}", { "Address": "udp:[::1]:{{port6}}", "Advertised": "edge6.example:5060" }, { "Address": "tcp:[::1]:{{port6}}", "Advertised": "::1" }]
            """)
            .With("Media", "Address", "\"::1\"").With("Trunks", "carrier", """{ "AllowFrom": ["::1/128"] }""")
            .With("Numbers", "6000", "\"queue:support\"").With("Queues", "support", "{}")
            .With("Agents", "a1", $$"""{ "Contact": "sip:a1@[::1]:{{agentPort}}", "Queues": ["support"] }""");
        await using var server = await CallClusterProcess.Start(configuration);
        await using var agents = SippRun.Start(_scratch, "agent", 9, options: ["-key", "contact", $"{agentPort}", "-d", "0"], rows: ["agent;40000;"], port: agentPort, host: "::1");
        await Eventually.IsTrue(() => Listening.OnUdp(agentPort), "sipp's agent listens");

        var port = FreePorts.One();
        await using var caller = SippRun.Start(_scratch, "caller", port6, 1, ["-s", "6000", "-d", "500", "-key", "contact", $"{port}", "-t", transport], ["caller;40002;"], port, "::1");
        var result = await caller.Finished(TimeSpan.FromSeconds(30));
        await server.IsIdle();

        Assert.True(result.Successful == 1, $"{result}\n{server.Log}");
        Assert.Equal("Answered", (string?)(await server.Records(1))[0]["outcome"]);
    }

    public void Dispose() => _scratch.Dispose();
}
