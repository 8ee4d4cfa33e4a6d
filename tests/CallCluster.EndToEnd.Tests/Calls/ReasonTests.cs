using CallCluster.EndToEnd.Tests.Peers;
using CallCluster.EndToEnd.Tests.Processes;

namespace CallCluster.EndToEnd.Tests.Calls;

/// <summary>Why a call ends, told and passed on (RFC 3326).</summary>
public sealed class ReasonTests : IDisposable
{
    private readonly ScratchDirectory _scratch = new();

    [Fact]
    public async Task A_refusal_carries_the_cause_that_a_gateway_knows()
    {
        var port = FreePorts.One();
        await using var server = await CallClusterProcess.Start(Configuration(port));
        await using var phone = await SippCalls.Agents(_scratch, port, "agent-busy");
        using var caller = RawSip.Udp(server.SipPort);

        var response = await caller.FinalResponse(caller.Invite("6000"));

        Assert.StartsWith("SIP/2.0 486 ", response, StringComparison.Ordinal);
        Assert.EndsWith(", Q.850;cause=17", RawSip.Header(response, "Reason"), StringComparison.Ordinal);
        Assert.StartsWith("SIP;cause=486", RawSip.Header(response, "Reason"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Reason: SIP;cause=200;text=\"Call completed elsewhere\"\r\n", "SIP;cause=200;text=\"Call completed elsewhere\"")]
    [InlineData("", "SIP;cause=487;text=\"caller hung up\"")]
    public async Task A_phone_that_rang_in_vain_hears_whether_it_missed_a_call(string reason, string told)
    {
        var port = FreePorts.One();
        await using var server = await CallClusterProcess.Start(Configuration(port));
        await using var phone = await SippCalls.Agents(_scratch, port, "agent-silent");
        using var caller = RawSip.Udp(server.SipPort);
        var invite = caller.Invite("6000");
        await caller.Send(invite);
        await caller.Status(180);
        await SippDialog.Of(phone);

        await caller.Send(RawSip.Cancel(invite).Replace("Content-Length", $"{reason}Content-Length", StringComparison.Ordinal));
        await caller.Acknowledge(invite, await caller.Status(487));
        await server.IsIdle();

        await phone.Says("CANCELLED", told);
    }

    public void Dispose() => _scratch.Dispose();

    private CallClusterConfiguration Configuration(int port) => new CallClusterConfiguration(_scratch)
        .With("Numbers", "6000", "\"agent:ann\"").With("Agents", "ann", $$"""{ "Contact": "sip:ann@127.0.0.1:{{port}}" }""");
}
