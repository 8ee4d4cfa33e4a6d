using CallCluster.EndToEnd.Tests.Peers;
using CallCluster.EndToEnd.Tests.Processes;

namespace CallCluster.EndToEnd.Tests.Calls;

/// <summary>JsSIP over WebSocket and secure WebSocket (RFC 7118).</summary>
[Collection(TestCollections.Alone)]
public sealed class WebSocketCallsTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly ScratchDirectory _scratch = new();
    private readonly TlsMaterial _tls;

    public WebSocketCallsTests() => _tls = new TlsMaterial(_scratch);

    [Theory]
    [InlineData("ws")]
    [InlineData("wss")]
    public async Task A_phone_on_a_WebSocket_registers_asks_OPTIONS_is_called_and_goes(string scheme)
    {
        var (configuration, url) = Configuration(scheme);
        await using var server = await CallClusterProcess.Start(configuration);
        await using var alice = JsSipPhone.OnNode(_scratch, url, "sip:alice@callcluster.local", "wonderland", _tls.AuthorityFile("edge"));

        await RegistersAndIsCalled(alice, server);

        alice.Signal(UnixSignal.Interrupt); // unregisters
        await Eventually.Becomes(() => server.Get("agents/alice"), agent => (string?)agent["presence"] == "Offline", "alice is offline once her phone has gone");
    }

    [Fact]
    public async Task A_phone_in_a_browser_registers_asks_OPTIONS_and_is_called()
    {
        var (configuration, url) = Configuration("wss");
        await using var server = await CallClusterProcess.Start(configuration);
        await using var alice = JsSipPhone.InChromium(_scratch, url, "sip:alice@callcluster.local", "wonderland", _scratch.File("edge.crt"));

        await RegistersAndIsCalled(alice, server);
    }

    private static async Task RegistersAndIsCalled(ChildProcess alice, CallClusterProcess server)
    {
        await alice.WaitForLine("registered", Patience);
        await alice.WaitForLine("options 200", Patience);
        await Eventually.Becomes(() => server.Get("agents/alice"), agent => (string?)agent["presence"] == "Available", "alice is available once her phone is registered");

        using var caller = RawSip.Udp(server.SipPort);
        var invite = caller.Invite("6000");
        await caller.Send(invite);
        await alice.WaitForLine("invite", Patience);
        await alice.WaitForLine("session failed", Patience); // rejected with 486
        await caller.Send(RawSip.Cancel(invite));
        await caller.Acknowledge(invite, await caller.Status(487));
        await server.IsIdle();
    }

    private (CallClusterConfiguration Configuration, string Url) Configuration(string scheme)
    {
        _tls.Issue("edge", "127.0.0.1");
        var port = FreePorts.One();
        var configuration = new CallClusterConfiguration(_scratch);
        configuration.With("Sip", "Listen", $"""["udp:127.0.0.1:{configuration.SipPort}", "{scheme}:127.0.0.1:{port}"]""").With("Sip", "Tls", _tls.Section("edge"))
            .With("Sip", "DigestAlgorithms", """["Md5"]""") // all that JsSIP knows
            .With("Numbers", "6000", "\"queue:support\"").With("Queues", "support", "{}").WithRegisteringAgent("alice", "wonderland", "support");
        return (configuration, $"{scheme}://127.0.0.1:{port}");
    }

    public void Dispose()
    {
        _tls.Dispose();
        _scratch.Dispose();
    }
}
