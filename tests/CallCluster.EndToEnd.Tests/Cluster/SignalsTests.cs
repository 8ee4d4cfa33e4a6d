using CallCluster.EndToEnd.Tests.Peers;
using CallCluster.EndToEnd.Tests.Processes;

namespace CallCluster.EndToEnd.Tests.Cluster;

/// <summary>SIGTERM drains, SIGINT stops now.</summary>
public sealed class SignalsTests : IDisposable
{
    private readonly ScratchDirectory _scratch = new();

    [Fact]
    public async Task SIGTERM_refuses_new_calls_and_lets_those_in_progress_finish()
    {
        await using var call = await ConnectedCall();
        using var newcomer = RawSip.Udp(call.Server.SipPort);

        call.Server.Signal(UnixSignal.Terminate);
        await call.Server.WaitForLog("drains", Eventually.Patience);

        Assert.StartsWith("SIP/2.0 503 ", await newcomer.FinalResponse(newcomer.Invite("6000")), StringComparison.Ordinal);
        await (await SippDialog.Of(call.Caller)).HangUp(call.Server.SipPort);
        Assert.Equal(0, await call.Server.WaitForExit(TimeSpan.FromSeconds(30)));
        Assert.Contains(call.Server.Configuration.Records(), record => (string?)record["outcome"] == "Answered");
    }

    [Fact]
    public async Task SIGINT_ends_calls_and_process_at_once()
    {
        await using var call = await ConnectedCall();

        call.Server.Signal(UnixSignal.Interrupt);

        Assert.Equal(0, await call.Server.WaitForExit(TimeSpan.FromSeconds(15)));
    }

    public void Dispose() => _scratch.Dispose();

    private async Task<Call> ConnectedCall()
    {
        var agentPort = FreePorts.One();
        var configuration = new CallClusterConfiguration(_scratch).With("Numbers", "6000", "\"queue:support\"").With("Queues", "support", "{}").WithAgents("a", 2, agentPort, "support");
        var server = await CallClusterProcess.Start(configuration);
        var agents = await SippCalls.Agents(_scratch, agentPort, SippCalls.Parties(1001, 2));
        var caller = SippCalls.Caller(_scratch, "caller-until-bye", server.SipPort, "6000", SippCalls.Parties(1, 1)[0], TimeSpan.Zero, "-key", "timer", "Subject: signals");
        var call = new Call(server, agents, caller);
        await Eventually.Becomes(() => server.List("calls"), calls => calls.Any(view => (string?)view!["state"] == "Connected"), "the call is connected");
        return call;
    }

    private sealed record Call(CallClusterProcess Server, SippRun Agents, SippRun Caller) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await Caller.DisposeAsync();
            await Agents.DisposeAsync();
            await Server.DisposeAsync();
        }
    }
}
