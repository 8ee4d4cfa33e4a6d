using CallCluster.EndToEnd.Tests.Audio;
using CallCluster.EndToEnd.Tests.Peers;
using CallCluster.EndToEnd.Tests.Processes;

namespace CallCluster.EndToEnd.Tests.Calls;

/// <summary>SRTP with keys in SDP, with baresip on both sides.</summary>
public sealed class SecureMediaTests : IDisposable
{
    private const double CallerTone = 440;
    private const double AgentTone = 880;
    private readonly ScratchDirectory _scratch = new();

    [Theory]
    // One leg encrypted, the other plain, either way round; and both.
    [InlineData("Off", "Required", null, "srtp-mand")]
    [InlineData("Required", "Off", "srtp-mand", null)]
    [InlineData("Required", "Required", "srtp-mand", "srtp-mand")]
    // Both sides may: RTP/AVP with keys (RFC 8643).
    [InlineData("Optional", null, "srtp", "srtp")]
    [InlineData("Optional", null, null, null)]
    public async Task Audio_passes_both_ways(string mediaPolicy, string? trunkPolicy, string? agentEncryption, string? callerEncryption)
    {
        await using var bob = await BaresipPhone.Start(_scratch, "bob", FreePorts.One(), AgentTone, encryption: agentEncryption);
        await using var server = await CallClusterProcess.Start(Configuration(mediaPolicy, trunkPolicy, bob));
        await using var caller = await BaresipPhone.Start(_scratch, "caller", server.SipPort, CallerTone, encryption: callerEncryption);

        await caller.Dial($"sip:support@127.0.0.1:{server.SipPort}");
        await bob.Established();
        await caller.Established();
        await caller.HearsFor(TimeSpan.FromSeconds(1.5));
        await bob.HearsFor(TimeSpan.FromSeconds(1.5));
        await caller.HangUp();
        await bob.Closed();
        await server.IsIdle();

        Assert.InRange(Tone.Heard(await caller.Heard(), AgentTone).TotalSeconds, 1, 20);
        Assert.InRange(Tone.Heard(await bob.Heard(), CallerTone).TotalSeconds, 1, 20);
    }

    [Theory]
    [InlineData("Required", null, "SRTP Required")]
    [InlineData("Off", "srtp-mand", "No Common Encryption")]
    public async Task A_caller_with_whom_the_policy_does_not_agree_is_refused(string policy, string? encryption, string reason)
    {
        await using var bob = await BaresipPhone.Start(_scratch, "bob", FreePorts.One(), AgentTone);
        await using var server = await CallClusterProcess.Start(Configuration("Off", policy, bob));
        await using var caller = await BaresipPhone.Start(_scratch, "caller", server.SipPort, CallerTone, encryption: encryption);

        await caller.Dial($"sip:support@127.0.0.1:{server.SipPort}");

        var closed = await caller.Event("CALL_CLOSED");
        Assert.Contains($"488 {reason}", (string?)closed["param"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_agents_phone_without_srtp_is_not_connected_where_it_is_required()
    {
        await using var bob = await BaresipPhone.Start(_scratch, "bob", FreePorts.One(), AgentTone);
        await using var server = await CallClusterProcess.Start(Configuration("Required", "Off", bob));
        await using var caller = await BaresipPhone.Start(_scratch, "caller", server.SipPort, CallerTone);

        await caller.Dial($"sip:support@127.0.0.1:{server.SipPort}");

        await Eventually.Becomes(() => server.Get("agents/bob"), agent => (string?)agent["presence"] == "NotResponding", "the offer to bob has failed");
        await caller.HangUp();
        await server.IsIdle();
        Assert.Equal(TimeSpan.Zero, Tone.Heard(await bob.Heard(), CallerTone));
    }

    public void Dispose() => _scratch.Dispose();

    private CallClusterConfiguration Configuration(string mediaPolicy, string? trunkPolicy, BaresipPhone agent)
    {
        var configuration = new CallClusterConfiguration(_scratch)
            .With("Media", "Srtp", $"\"{mediaPolicy}\"")
            .With("Numbers", "support", "\"queue:support\"").With("Queues", "support", "{}")
            .With("Agents", "bob", $$"""{ "Contact": "sip:bob@127.0.0.1:{{agent.SipPort}}", "Queues": ["support"] }""");
        return trunkPolicy is null ? configuration : configuration.With("Trunks", "carrier", $$"""{ "AllowFrom": ["127.0.0.1/32"], "Srtp": "{{trunkPolicy}}" }""");
    }
}
