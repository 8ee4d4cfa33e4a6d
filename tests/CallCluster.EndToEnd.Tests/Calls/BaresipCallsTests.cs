using CallCluster.EndToEnd.Tests.Audio;
using CallCluster.EndToEnd.Tests.Peers;
using CallCluster.EndToEnd.Tests.Processes;

namespace CallCluster.EndToEnd.Tests.Calls;

/// <summary>baresip as the agent's phone and as the caller's.</summary>
public sealed class BaresipCallsTests : IDisposable
{
    /// <summary>baresip 1.x gives up registering when it sees a SHA-256 challenge, even beside one for MD5.</summary>
    private const string Md5 = """["Md5"]""";
    private const double CallerTone = 440;
    private const double AgentTone = 880;
    private const double GreetingTone = 620;
    private readonly ScratchDirectory _scratch = new();

    [Fact]
    public async Task A_registered_phone_answers_the_caller_whatever_codecs_the_two_speak()
    {
        (string Agent, string AgentCodec, string CallerCodec)[] pairs = [("alice", "PCMU", "PCMU"), ("bob", "PCMA", "PCMU"), ("carol", "G722", "PCMU"), ("dave", "PCMA", "G722")];
        var configuration = new CallClusterConfiguration(_scratch).With("Sip", "DigestAlgorithms", Md5);
        foreach (var (agent, _, _) in pairs)
            configuration.With("Numbers", agent, $"\"queue:{agent}\"").With("Queues", agent, "{}").WithRegisteringAgent(agent, "wonderland", agent);
        await using var server = await CallClusterProcess.Start(configuration);

        await Task.WhenAll(pairs.Select(pair => Talk(server, pair.Agent, pair.AgentCodec, pair.CallerCodec)));
        await server.IsIdle();

        var records = await server.Records(pairs.Length);
        foreach (var (agent, agentCodec, callerCodec) in pairs)
        {
            var quality = Assert.Single(records, record => (string?)record["agent"] == agent)["quality"]!.AsArray();
            Assert.Equal([(0, callerCodec), (1, agentCodec)], quality.Select(leg => ((int)leg!["leg"]!, (string?)leg["codec"])));
            Assert.All(quality, leg => Assert.InRange((double)leg!["receivedMos"]!, 4, 4.5));
        }
        Assert.NotEqual(0, await server.Metric("callcluster_leg_mos_count"));
    }

    [Fact]
    public async Task Two_phones_with_G722_hear_what_is_above_4_kHz()
    {
        const double callerTone = 5200, agentTone = 6100;
        await using var bob = await BaresipPhone.Start(_scratch, "bob", FreePorts.One(), agentTone, codec: "G722");
        var configuration = new CallClusterConfiguration(_scratch).With("Numbers", "bob", "\"agent:bob\"").With("Agents", "bob", $$"""{ "Contact": "sip:bob@127.0.0.1:{{bob.SipPort}}" }""");
        await using var server = await CallClusterProcess.Start(configuration);
        await using var caller = await BaresipPhone.Start(_scratch, "caller", server.SipPort, callerTone, codec: "G722");

        await caller.Dial($"sip:bob@127.0.0.1:{server.SipPort}");
        await bob.Established();
        await caller.Established();
        await caller.HearsFor(TimeSpan.FromSeconds(1.5));
        await bob.HearsFor(TimeSpan.FromSeconds(1.5));
        await caller.HangUp();
        await bob.Closed();

        Assert.InRange(Tone.Heard(await caller.Heard(), agentTone, caller.SampleRate).TotalSeconds, 1, 20);
        Assert.InRange(Tone.Heard(await bob.Heard(), callerTone, bob.SampleRate).TotalSeconds, 1, 20);
    }

    [Fact]
    public async Task Phones_with_packets_of_other_lengths_hear_each_other()
    {
        await using var bob = await BaresipPhone.Start(_scratch, "bob", FreePorts.One(), AgentTone, ptime: 40);
        var configuration = new CallClusterConfiguration(_scratch).With("Numbers", "bob", "\"agent:bob\"").With("Agents", "bob", $$"""{ "Contact": "sip:bob@127.0.0.1:{{bob.SipPort}}" }""");
        await using var server = await CallClusterProcess.Start(configuration);
        await using var caller = await BaresipPhone.Start(_scratch, "caller", server.SipPort, CallerTone, codec: "PCMA", ptime: 10);

        await caller.Dial($"sip:bob@127.0.0.1:{server.SipPort}");
        await bob.Established();
        await caller.Established();
        await caller.HearsFor(TimeSpan.FromSeconds(1.5));
        await bob.HearsFor(TimeSpan.FromSeconds(1.5));
        await caller.HangUp();
        await bob.Closed();

        Assert.InRange(Tone.Heard(await caller.Heard(), AgentTone).TotalSeconds, 1, 20);
        Assert.InRange(Tone.Heard(await bob.Heard(), CallerTone).TotalSeconds, 1, 20);
    }

    [Fact]
    public async Task Over_a_trunk_with_tones_for_keys_the_caller_uses_the_menu_and_hears_the_keys_of_the_agent()
    {
        Directory.CreateDirectory(_scratch.File("prompts/en"));
        Tone.WriteWav(_scratch.File("prompts/en/welcome.wav"), GreetingTone, TimeSpan.FromSeconds(12));
        await using var bob = await BaresipPhone.Start(_scratch, "bob", FreePorts.One(), AgentTone);
        var configuration = new CallClusterConfiguration(_scratch)
            .With("Prompts", "Directory", $"\"{_scratch.File("prompts")}\"").With("Prompts", "Languages", """["en"]""")
            .With("Trunks", "carrier", """{ "AllowFrom": ["127.0.0.1/32"], "Dtmf": "Inband" }""")
            .With("Numbers", "main", "\"flow:main\"")
            .With("Flows", "main", """{ "Greeting": "welcome", "Languages": ["en"], "Menu": { "1#": "hangup:480", "2#": "queue:support" }, "Default": "hangup:480" }""")
            .With("Queues", "support", "{}")
            .With("Agents", "bob", $$"""{ "Contact": "sip:bob@127.0.0.1:{{bob.SipPort}}", "Queues": ["support"] }""");
        await using var server = await CallClusterProcess.Start(configuration);
        await using var caller = await BaresipPhone.Start(_scratch, "caller", server.SipPort, CallerTone, keys: "2#");

        await caller.Dial($"sip:main@127.0.0.1:{server.SipPort}");
        await caller.Established();
        await bob.Established();
        await bob.HearsFor(TimeSpan.FromSeconds(1.5));
        await bob.Press("7");
        await bob.HearsFor(TimeSpan.FromSeconds(3));
        await caller.HangUp();
        await bob.Closed();
        await server.IsIdle();

        Assert.InRange(Tone.Heard(await bob.Heard(), CallerTone).TotalSeconds, 0.5, 20);
        Assert.InRange(Tone.HeardKey(await caller.Heard(), '7').TotalMilliseconds, 60, 140);
        Assert.Equal(("support", "bob"), ((string?)(await server.Records(1))[0]["queue"], (string?)(await server.Records(1))[0]["agent"]));
    }

    [Fact]
    public async Task A_phone_with_the_wrong_password_is_not_registered()
    {
        var configuration = new CallClusterConfiguration(_scratch).With("Sip", "DigestAlgorithms", Md5).With("Queues", "support", "{}").WithRegisteringAgent("alice", "wonderland", "support");
        await using var server = await CallClusterProcess.Start(configuration);
        await using var impostor = await BaresipPhone.Start(_scratch, "alice", server.SipPort, AgentTone, "guess");

        var failure = await impostor.Event("REGISTER_FAIL");

        Assert.Matches("40[13]", (string?)failure["param"]);
        var agent = await server.Get("agents/alice");
        Assert.Equal("Offline", (string?)agent["presence"]);
        Assert.Empty(agent["contacts"]!.AsArray());
    }

    [Theory]
    [InlineData("PCMU")]
    [InlineData("G722")]
    public async Task A_caller_keys_through_the_menu_to_an_agent(string codec)
    {
        Directory.CreateDirectory(_scratch.File("prompts/en"));
        Tone.WriteWav(_scratch.File("prompts/en/welcome.wav"), GreetingTone, TimeSpan.FromSeconds(8));
        await using var bob = await BaresipPhone.Start(_scratch, "bob", FreePorts.One(), AgentTone);
        var configuration = new CallClusterConfiguration(_scratch)
            .With("Prompts", "Directory", $"\"{_scratch.File("prompts")}\"").With("Prompts", "Languages", """["en"]""")
            .With("Numbers", "main", "\"flow:main\"")
            .With("Flows", "main", """{ "Greeting": "welcome", "Languages": ["en"], "Menu": { "1#": "queue:sales", "2#": "queue:support" }, "Default": "hangup:480" }""")
            .With("Queues", "support", "{}").With("Queues", "sales", "{}")
            .With("Agents", "bob", $$"""{ "Contact": "sip:bob@127.0.0.1:{{bob.SipPort}}", "Queues": ["support"] }""");
        await using var server = await CallClusterProcess.Start(configuration);
        await using var caller = await BaresipPhone.Start(_scratch, "caller", server.SipPort, CallerTone, codec: codec);

        await caller.Dial($"sip:main@127.0.0.1:{server.SipPort}");
        await caller.Established();
        await caller.HearsFor(TimeSpan.FromSeconds(1));
        await caller.Press("2#");
        await bob.Established();
        await bob.HearsFor(TimeSpan.FromSeconds(1.5));
        await caller.HangUp();
        await bob.Closed();
        await server.IsIdle();

        var heard = await caller.Heard();
        Assert.InRange(Tone.Heard(heard, GreetingTone, caller.SampleRate).TotalSeconds, 0.5, 7);
        Assert.InRange(Tone.Heard(heard, AgentTone, caller.SampleRate).TotalSeconds, 1, 20);
        Assert.InRange(Tone.Heard(await bob.Heard(), CallerTone).TotalSeconds, 1, 20);
        var record = (await server.Records(1))[0];
        Assert.Equal(("support", "bob", "Answered"), ((string?)record["queue"], (string?)record["agent"], (string?)record["outcome"]));
    }

    public void Dispose() => _scratch.Dispose();

    private async Task Talk(CallClusterProcess server, string agent, string agentCodec, string callerCodec)
    {
        Assert.Equal("Offline", (string?)(await server.Get($"agents/{agent}"))["presence"]);
        await using var phone = await BaresipPhone.Start(_scratch, agent, server.SipPort, AgentTone, "wonderland", agentCodec);
        await phone.Registered();
        await Eventually.Becomes(() => server.Get($"agents/{agent}"), view => (string?)view["presence"] == "Available", $"{agent} is available once the phone is registered");
        await using var caller = await BaresipPhone.Start(_scratch, $"caller-of-{agent}", server.SipPort, CallerTone, codec: callerCodec);

        await caller.Dial($"sip:{agent}@127.0.0.1:{server.SipPort}");
        await phone.Established();
        await caller.Established();
        await caller.HearsFor(TimeSpan.FromSeconds(1.5));
        await phone.HearsFor(TimeSpan.FromSeconds(1.5));
        await caller.HangUp();
        await phone.Closed();

        Assert.InRange(Tone.Heard(await caller.Heard(), AgentTone, caller.SampleRate).TotalSeconds, 1, 20);
        Assert.InRange(Tone.Heard(await phone.Heard(), CallerTone, phone.SampleRate).TotalSeconds, 1, 20);
    }
}
