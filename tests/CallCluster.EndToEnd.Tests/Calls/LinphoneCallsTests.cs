using CallCluster.EndToEnd.Tests.Audio;
using CallCluster.EndToEnd.Tests.Peers;
using CallCluster.EndToEnd.Tests.Processes;

namespace CallCluster.EndToEnd.Tests.Calls;

/// <summary>Linphone as an agent's phone, with baresip as the others.</summary>
public sealed class LinphoneCallsTests : IDisposable
{
    private const double AliceTone = 880;
    private const double BobTone = 1300;
    private const double CarolTone = 440;
    private readonly ScratchDirectory _scratch = new();

    [Fact]
    public async Task It_asks_another_agent_and_leaves_its_caller_to_them()
    {
        await using var server = await CallClusterProcess.Start(Configuration());
        await using var alice = await LinphonePhone.Start(_scratch, "alice", server.SipPort, AliceTone, "wonderland");
        await using var bob = await BaresipPhone.Start(_scratch, "bob", server.SipPort, BobTone, "wonderland");
        await using var carol = await BaresipPhone.Start(_scratch, "carol", server.SipPort, CarolTone, "wonderland");
        await Registered(server, "bob");
        await Registered(server, "carol");

        await carol.Dial($"sip:6000@127.0.0.1:{server.SipPort}");
        var talk = await alice.Call("StreamsRunning");
        await carol.HearsFor(TimeSpan.FromSeconds(1.5));
        await alice.Ask("pause");
        await alice.Call("Paused");
        await alice.Ask($"call sip:bob@127.0.0.1:{server.SipPort}");
        var consultation = await alice.Call("StreamsRunning");
        await bob.HearsFor(TimeSpan.FromSeconds(1.5));
        await alice.Ask($"transfer {talk} --to-call {consultation}");
        await Eventually.Becomes(() => alice.Ask("calls"), calls => calls.Contains("No active call", StringComparison.Ordinal), "linphone has left both calls");
        await bob.HearsFor(TimeSpan.FromSeconds(4));
        await carol.HangUp();
        await bob.Closed();
        await server.IsIdle();

        var (carolHeard, bobHeard) = (await carol.Heard(), await bob.Heard());
        Assert.InRange(Tone.Heard(carolHeard, AliceTone).TotalSeconds, 0.5, 20);
        Assert.InRange(Tone.Heard(carolHeard, BobTone).TotalSeconds, 1, 20);
        Assert.InRange(Tone.Heard(bobHeard, AliceTone).TotalSeconds, 0.5, 20);
        Assert.InRange(Tone.Heard(bobHeard, CarolTone).TotalSeconds, 1, 20);
        var records = await server.Records(2);
        Assert.Contains(records, record => ((string?)record["caller"], (string?)record["agent"]) == ("carol", "alice"));
        Assert.Contains(records, record => ((string?)record["caller"], (string?)record["agent"]) == ("alice", "bob"));
    }

    [Fact]
    public async Task It_presses_keys_in_a_menu_holds_and_takes_back()
    {
        await using var server = await CallClusterProcess.Start(Configuration());
        await using var alice = await LinphonePhone.Start(_scratch, "alice", server.SipPort, AliceTone, "wonderland");
        await using var bob = await BaresipPhone.Start(_scratch, "bob", server.SipPort, BobTone, "wonderland");
        await Registered(server, "bob");

        await alice.Ask($"call sip:6002@127.0.0.1:{server.SipPort}");
        await alice.Call("StreamsRunning");
        await alice.Ask("7");
        await bob.Established();
        await bob.HearsFor(TimeSpan.FromSeconds(1.5));
        await alice.Ask("pause");
        await alice.Call("Paused");
        await alice.Ask("resume");
        await alice.Call("StreamsRunning");
        await bob.HearsFor(TimeSpan.FromSeconds(4));
        await alice.Ask("terminate");
        await bob.Closed();
        await server.IsIdle();

        Assert.InRange(Tone.Heard(await bob.Heard(), AliceTone).TotalSeconds, 1, 20);
        Assert.InRange(Tone.Heard(await alice.Heard(), BobTone).TotalSeconds, 1, 20);
        Assert.Equal(("alice", "bob"), ((string?)(await server.Records(1))[0]["caller"], (string?)(await server.Records(1))[0]["agent"]));
    }

    [Fact]
    public async Task Over_TLS_with_SRTP_it_makes_new_keys_in_a_call_and_both_hear_each_other_on()
    {
        using var tls = new TlsMaterial(_scratch);
        await using var server = await Secured(tls, "dns:127.0.0.1", out var tlsPort);
        await using var alice = await LinphonePhone.Start(_scratch, "alice", tlsPort, AliceTone, "wonderland", tls.AuthorityFile("alice"));
        await using var carol = await BaresipPhone.Start(_scratch, "carol", server.SipPort, CarolTone);

        await carol.Dial($"sip:6000@127.0.0.1:{server.SipPort}");
        await alice.Call("StreamsRunning");
        await carol.HearsFor(TimeSpan.FromSeconds(1.5));
        await alice.Ask("pause");
        await alice.Call("Paused");
        await alice.Ask("resume");
        await alice.Call("StreamsRunning");
        var before = carol.Hears;
        await carol.HearsFor(TimeSpan.FromSeconds((double)before / carol.SampleRate + 4));
        await carol.HangUp();
        await server.IsIdle();

        var keys = alice.KeysSent;
        Assert.True(keys.Length >= 3, $"an answer and two offers: {keys.Length}");
        Assert.Equal(keys.Sum(body => body.Length), keys.SelectMany(body => body).Distinct().Count());
        var heard = await carol.Heard();
        Assert.InRange(Tone.Heard(heard.AsSpan(0, before), AliceTone).TotalSeconds, 0.5, 20);
        Assert.InRange(Tone.Heard(heard.AsSpan(before), AliceTone).TotalSeconds, 2.5, 20);
        // Before the first new keys there were no more than three seconds.
        Assert.InRange(Tone.Heard(await alice.Heard(), CarolTone).TotalSeconds, 4, 20);
    }

    [Theory]
    [InlineData("dns:other.example", true)] // a name that is not the registrar's
    [InlineData("dns:127.0.0.1", false)] // an authority that the phone does not trust
    public async Task It_does_not_register_with_whom_it_cannot_verify(string certified, bool isTrusted)
    {
        using var tls = new TlsMaterial(_scratch);
        await using var server = await Secured(tls, certified, out var tlsPort);
        if (!isTrusted) tls.ChangeAuthority();
        await using var alice = await LinphonePhone.Start(_scratch, "alice", tlsPort, AliceTone, "wonderland", tls.AuthorityFile("alice"), registers: false);

        await Eventually.IsTrue(() => alice.Log.Contains("handshake failed", StringComparison.Ordinal), "linphone gives the connection up");

        Assert.DoesNotContain("SIP/2.0 401", alice.Log, StringComparison.Ordinal);
        Assert.Equal(0, await server.Metric("callcluster_sip_tls_handshakes_total", "result=\"done\""));
    }

    public void Dispose() => _scratch.Dispose();

    private static Task Registered(CallClusterProcess server, string agent) => Eventually.Becomes(() => server.List("agents"),
        agents => agents.Any(known => ((string?)known!["id"], (string?)known["presence"]) == (agent, "Available")), $"{agent} is registered");

    /// <summary>A server that alice's phone registers with over TLS and speaks SRTP to, and that others call in the clear.</summary>
    private Task<CallClusterProcess> Secured(TlsMaterial tls, string certified, out int tlsPort)
    {
        tls.Issue("edge", certified);
        tlsPort = FreePorts.One();
        var configuration = Configuration().With("Media", "Srtp", "\"Required\"").With("Trunks", "carrier", """{ "AllowFrom": ["127.0.0.1/32"], "Srtp": "Off" }""");
        return CallClusterProcess.Start(configuration.With("Sip", "Listen", $"""["udp:127.0.0.1:{configuration.SipPort}", "tls:127.0.0.1:{tlsPort}"]""").With("Sip", "Tls", tls.Section("edge")));
    }

    private CallClusterConfiguration Configuration() => new CallClusterConfiguration(_scratch)
        .With("Sip", "DigestAlgorithms", """["Md5"]""").With("Trunks", "carrier", """{ "AllowFrom": ["203.0.113.0/24"] }""")
        .With("Numbers", "6000", "\"queue:support\"").With("Numbers", "6002", "\"flow:main\"").With("Queues", "support", "{}").With("Queues", "sales", "{}")
        .With("Flows", "main", """{ "Menu": { "7": "queue:sales" }, "Default": "queue:sales", "Timeout": "00:00:20" }""")
        .WithRegisteringAgent("alice", "wonderland", "support").WithRegisteringAgent("bob", "wonderland", "sales")
        .With("Agents", "carol", $$"""{ "Username": "carol", "PasswordFile": "{{_scratch.Write("carol.secret", "wonderland")}}" }""");
}
