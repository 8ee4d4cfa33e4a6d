using System.Globalization;
using CallCluster.EndToEnd.Tests.Audio;
using CallCluster.EndToEnd.Tests.Peers;
using CallCluster.EndToEnd.Tests.Processes;

namespace CallCluster.EndToEnd.Tests.Calls;

/// <summary>DTLS-SRTP and ICE with peers that are not ours: Chromium with JsSIP over secure WebSocket, and baresip over UDP. On the other side a baresip without either.</summary>
public sealed class WebRtcCallsTests : IDisposable
{
    private const double PhoneTone = 440;
    private const double WebRtcTone = 880;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly ScratchDirectory _scratch = new();
    private readonly TlsMaterial _tls;

    public WebRtcCallsTests() => _tls = new TlsMaterial(_scratch);

    [Fact]
    public async Task A_browser_answers_a_caller_and_both_hear_each_other()
    {
        var (configuration, url) = Browsers();
        await using var server = await CallClusterProcess.Start(configuration);
        await using var alice = JsSipPhone.InChromium(_scratch, url, "sip:alice@callcluster.local", "wonderland", _scratch.File("edge.crt"), "answer", WebRtcTone);
        await alice.WaitForLine("registered", Patience);
        await Eventually.Becomes(() => server.Get("agents/alice"), agent => (string?)agent["presence"] == "Available", "alice is available once her phone is registered");
        await using var caller = await BaresipPhone.Start(_scratch, "caller", server.SipPort, PhoneTone);

        await caller.Dial($"sip:6000@127.0.0.1:{server.SipPort}");
        await caller.Established();
        await HearsPhone(alice);
        await caller.HearsFor(TimeSpan.FromSeconds(2));
        await caller.HangUp();
        await alice.WaitForLine("session ended", Patience);
        await server.IsIdle();

        Assert.InRange(Tone.Heard(await caller.Heard(), WebRtcTone).TotalSeconds, 1, 20);
        Assert.Equal(1, await server.Metric("callcluster_media_dtls_handshakes_total", "result=\"done\""));
    }

    [Fact]
    public async Task A_browser_calls_a_phone_and_both_hear_each_other()
    {
        await using var bob = await BaresipPhone.Start(_scratch, "bob", FreePorts.One(), PhoneTone);
        var (configuration, url) = Browsers();
        configuration.With("Numbers", "bob", "\"agent:bob\"").With("Agents", "bob", $$"""{ "Contact": "sip:bob@127.0.0.1:{{bob.SipPort}}" }""");
        await using var server = await CallClusterProcess.Start(configuration);
        await using var alice = JsSipPhone.InChromium(_scratch, url, "sip:alice@callcluster.local", "wonderland", _scratch.File("edge.crt"), "call sip:bob@callcluster.local", WebRtcTone);

        await bob.Established();
        await HearsPhone(alice);
        await bob.HearsFor(TimeSpan.FromSeconds(2));
        await bob.HangUp();
        await alice.WaitForLine("session ended", Patience);
        await server.IsIdle();

        Assert.InRange(Tone.Heard(await bob.Heard(), WebRtcTone).TotalSeconds, 1, 20);
    }

    [Theory]
    [InlineData("dtls_srtp", false)]
    [InlineData("dtls_srtp", true)]
    [InlineData(null, true)]
    public async Task Baresip_calls_with_dtls_or_ice(string? encryption, bool ice)
    {
        await using var bob = await BaresipPhone.Start(_scratch, "bob", FreePorts.One(), PhoneTone);
        var configuration = new CallClusterConfiguration(_scratch).With("Trunks", "carrier", """{ "AllowFrom": ["127.0.0.1/32"], "Srtp": "Optional" }""")
            .With("Numbers", "bob", "\"agent:bob\"").With("Agents", "bob", $$"""{ "Contact": "sip:bob@127.0.0.1:{{bob.SipPort}}" }""");
        await using var server = await CallClusterProcess.Start(configuration);
        await using var caller = await BaresipPhone.Start(_scratch, "caller", server.SipPort, WebRtcTone, encryption: encryption, ice: ice);

        await caller.Dial($"sip:bob@127.0.0.1:{server.SipPort}");
        await Talk(server, caller, bob);

        Assert.Equal(encryption is null ? 0 : 1, await server.Metric("callcluster_media_dtls_handshakes_total", "result=\"done\""));
        Assert.Equal(ice, await server.Metric("callcluster_media_connectivity_checks_total") > 0);
        await HeardEachOther(caller, bob);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Baresip_is_called_with_dtls_and_ice(bool ice)
    {
        await using var bob = await BaresipPhone.Start(_scratch, "bob", FreePorts.One(), WebRtcTone, encryption: "dtls_srtp", ice: ice);
        var configuration = new CallClusterConfiguration(_scratch)
            .With("Numbers", "bob", "\"agent:bob\"").With("Agents", "bob", $$"""{ "Contact": "sip:bob@127.0.0.1:{{bob.SipPort}}", "WebRtc": true }""");
        await using var server = await CallClusterProcess.Start(configuration);
        await using var caller = await BaresipPhone.Start(_scratch, "caller", server.SipPort, PhoneTone);

        await caller.Dial($"sip:bob@127.0.0.1:{server.SipPort}");
        await Talk(server, caller, bob);

        Assert.Equal(1, await server.Metric("callcluster_media_dtls_handshakes_total", "result=\"done\""));
        await HeardEachOther(bob, caller);
    }

    [Fact]
    public async Task A_caller_with_dtls_is_refused_where_encryption_is_off()
    {
        var configuration = new CallClusterConfiguration(_scratch).With("Numbers", "bob", "\"agent:bob\"").With("Agents", "bob", """{ "Contact": "sip:bob@127.0.0.1:9" }""");
        await using var server = await CallClusterProcess.Start(configuration);
        await using var caller = await BaresipPhone.Start(_scratch, "caller", server.SipPort, PhoneTone, encryption: "dtls_srtp");

        await caller.Dial($"sip:bob@127.0.0.1:{server.SipPort}");

        Assert.Contains("488 No Common Encryption", (string?)(await caller.Event("CALL_CLOSED"))["param"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_caller_whose_certificate_is_told_by_a_weak_hash_is_refused_as_such()
    {
        var configuration = new CallClusterConfiguration(_scratch).With("Media", "Srtp", "\"Optional\"").With("Numbers", "6000", "\"queue:support\"").With("Queues", "support", "{}");
        await using var server = await CallClusterProcess.Start(configuration);
        var parties = SippCalls.Parties(1, 1);
        await using var caller = SippCalls.Caller(_scratch, "caller-weak-fingerprint", server.SipPort, "6000", parties[0], TimeSpan.Zero);

        var called = await caller.Finished(TimeSpan.FromSeconds(30));
        parties[0].Dispose();

        Assert.True(called is { ExitCode: 0, Successful: 1 }, $"{called}");
        Assert.Equal(1, await server.Metric("callcluster_edge_calls_refused_total", "WeakFingerprint"));
    }

    public void Dispose()
    {
        _tls.Dispose();
        _scratch.Dispose();
    }

    private static async Task Talk(CallClusterProcess server, BaresipPhone caller, BaresipPhone called)
    {
        await called.Established();
        await caller.Established();
        await caller.HearsFor(TimeSpan.FromSeconds(2));
        await called.HearsFor(TimeSpan.FromSeconds(2));
        await caller.HangUp();
        await called.Closed();
        await server.IsIdle();
    }

    private static async Task HeardEachOther(BaresipPhone webRtc, BaresipPhone phone)
    {
        Assert.InRange(Tone.Heard(await webRtc.Heard(), PhoneTone).TotalSeconds, 1, 20);
        Assert.InRange(Tone.Heard(await phone.Heard(), WebRtcTone).TotalSeconds, 1, 20);
    }

    /// <summary>Five times in a row the browser finds the phone's tone the loudest, to a step of its spectrum, and all the while it loses nothing.</summary>
    private static async Task HearsPhone(ChildProcess browser)
    {
        string Heard() => string.Join('\n', browser.Output.Split('\n').Where(line => line.Contains("hears ", StringComparison.Ordinal)).TakeLast(5));
        bool IsTone(string line) => int.TryParse(line[(line.IndexOf("hears ", StringComparison.Ordinal) + 6)..].Split(' ')[0], CultureInfo.InvariantCulture, out var hertz) && Math.Abs(hertz - PhoneTone) <= 15;
        var last = await Eventually.Becomes(() => Task.FromResult(Heard()), heard => heard.Split('\n') is { Length: 5 } lines && lines.All(IsTone), "the browser hears the phone's tone");
        Assert.EndsWith("lost 0", last.Split('"')[^2], StringComparison.Ordinal);
    }

    private (CallClusterConfiguration Configuration, string Url) Browsers()
    {
        _tls.Issue("edge", "127.0.0.1");
        var port = FreePorts.One();
        var configuration = new CallClusterConfiguration(_scratch);
        configuration.With("Sip", "Listen", $"""["udp:127.0.0.1:{configuration.SipPort}", "wss:127.0.0.1:{port}"]""").With("Sip", "Tls", _tls.Section("edge"))
            .With("Sip", "DigestAlgorithms", """["Md5"]""") // all that JsSIP knows
            .With("Numbers", "6000", "\"queue:support\"").With("Queues", "support", "{}").WithRegisteringAgent("alice", "wonderland", "support");
        return (configuration, $"wss://127.0.0.1:{port}");
    }
}
