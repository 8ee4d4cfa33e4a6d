using CallCluster.EndToEnd.Tests.Audio;
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

    [Fact]
    public async Task What_a_carrier_says_of_its_network_reaches_caller_and_record_as_a_number()
    {
        var port = FreePorts.One();
        await using var server = await CallClusterProcess.Start(Configuration(port).With("Numbers", "6001", "\"tel:+15550199\"").With("Outbound", "Allow", """["+1"]""")
            .With("Outbound", "Routes", """[{ "Prefix": "+1", "Trunks": ["out"] }]""").With("Trunks", "out", $$"""{ "Proxy": "sip:127.0.0.1:{{port}}", "ProbeInterval": "00:00:00" }"""));
        await using var carrier = SippRun.Start(_scratch, "carrier-refuses", 9, options: ["-key", "reason", "Q.850;cause=20;text=\"hlr-7.carrier.example\""], port: port);
        await Eventually.IsTrue(() => Listening.OnUdp(port), "sipp listens");
        using var caller = RawSip.Udp(server.SipPort);

        var response = await caller.FinalResponse(caller.Invite("6001"));
        await server.IsIdle();

        Assert.StartsWith("SIP/2.0 480 ", response, StringComparison.Ordinal);
        Assert.EndsWith(", Q.850;cause=20", RawSip.Header(response, "Reason"), StringComparison.Ordinal);
        Assert.DoesNotContain("hlr-7", response, StringComparison.Ordinal);
        Assert.Equal(20, (int?)(await server.Records(1))[0]["networkCause"]);
    }

    [Fact]
    public async Task Why_a_callers_network_hangs_up_reaches_the_other_leg_as_a_number()
    {
        var port = FreePorts.One();
        await using var server = await CallClusterProcess.Start(Configuration(port));
        AudioParty[] parties = SippCalls.Parties(1, 2);
        await using var phone = await SippCalls.Agents(_scratch, port, parties[..1]);
        await using var caller = SippCalls.Caller(_scratch, "caller-until-bye", server.SipPort, "6000", parties[1], TimeSpan.Zero, "-key", "timer", "Subject: reason");
        var dialog = await SippDialog.Of(caller);

        await dialog.HangUp(server.SipPort, "Reason: Q.850;cause=41;text=\"msc-9.carrier.example\"\r\n");
        await server.IsIdle();
        await phone.Says("HUNG UP");

        var hungUp = Assert.Single(phone.LogLines, line => line.Contains("HUNG UP", StringComparison.Ordinal));
        Assert.Contains("SIP;cause=200;text=\"caller hung up\", Q.850;cause=41", hungUp, StringComparison.Ordinal);
        Assert.Equal(41, (int?)(await server.Records(1))[0]["networkCause"]);
        foreach (var party in parties) party.Dispose();
    }

    public void Dispose() => _scratch.Dispose();

    private CallClusterConfiguration Configuration(int port) => new CallClusterConfiguration(_scratch)
        .With("Numbers", "6000", "\"agent:ann\"").With("Agents", "ann", $$"""{ "Contact": "sip:ann@127.0.0.1:{{port}}" }""");
}
