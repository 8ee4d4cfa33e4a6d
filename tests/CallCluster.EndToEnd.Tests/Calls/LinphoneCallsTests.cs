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

    public void Dispose() => _scratch.Dispose();

    private static Task Registered(CallClusterProcess server, string agent) => Eventually.Becomes(() => server.List("agents"),
        agents => agents.Any(known => ((string?)known!["id"], (string?)known["presence"]) == (agent, "Available")), $"{agent} is registered");

    private CallClusterConfiguration Configuration() => new CallClusterConfiguration(_scratch)
        .With("Sip", "DigestAlgorithms", """["Md5"]""").With("Trunks", "carrier", """{ "AllowFrom": ["203.0.113.0/24"] }""")
        .With("Numbers", "6000", "\"queue:support\"").With("Numbers", "6002", "\"flow:main\"").With("Queues", "support", "{}").With("Queues", "sales", "{}")
        .With("Flows", "main", """{ "Menu": { "7": "queue:sales" }, "Default": "queue:sales", "Timeout": "00:00:20" }""")
        .WithRegisteringAgent("alice", "wonderland", "support").WithRegisteringAgent("bob", "wonderland", "sales")
        .With("Agents", "carol", $$"""{ "Username": "carol", "PasswordFile": "{{_scratch.Write("carol.secret", "wonderland")}}" }""");
}
