using CallCluster.EndToEnd.Tests.Audio;
using CallCluster.EndToEnd.Tests.Peers;
using CallCluster.EndToEnd.Tests.Processes;

namespace CallCluster.EndToEnd.Tests.Calls;

/// <summary>Calls out through trunks with Srtp Dtls: baresip as a far end that does DTLS and as one that does not, sipp as one that answers in the clear.</summary>
public sealed class DtlsTrunkTests : IDisposable
{
    private const double CallerTone = 440;
    private const double OutsideTone = 880;
    private readonly ScratchDirectory _scratch = new();

    [Fact]
    public async Task Both_hear_each_other_through_a_trunk_that_does_DTLS_though_the_first_one_does_not()
    {
        await using var plain = await BaresipPhone.Start(_scratch, "+15550199", FreePorts.One(), OutsideTone);
        await using var secure = await BaresipPhone.Start(_scratch, "+15550199", FreePorts.One(), OutsideTone, encryption: "dtls_srtp");
        await using var server = await CallClusterProcess.Start(Outbound(plain.SipPort, secure.SipPort));
        await using var caller = await BaresipPhone.Start(_scratch, "caller", server.SipPort, CallerTone);

        await caller.Dial($"sip:6000@127.0.0.1:{server.SipPort}");
        await secure.Established();
        await caller.Established();
        await caller.HearsFor(TimeSpan.FromSeconds(2));
        await secure.HearsFor(TimeSpan.FromSeconds(2));
        await caller.HangUp();
        await secure.Closed();
        await server.IsIdle();

        Assert.Equal(1, await server.Metric("callcluster_media_dtls_handshakes_total", "result=\"done\""));
        Assert.InRange(Tone.Heard(await caller.Heard(), OutsideTone).TotalSeconds, 1, 20);
        Assert.InRange(Tone.Heard(await secure.Heard(), CallerTone).TotalSeconds, 1, 20);
        Assert.Empty(await plain.Heard());
        var record = (await server.Records(1))[0];
        Assert.Equal(("Answered", "second"), ((string?)record["outcome"], (string?)record["outboundTrunk"]));
        Assert.Contains(record["steps"]!.AsArray(), step => ((string?)step!["what"])!.Contains("through first:", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_trunk_that_answers_in_the_clear_is_sent_nothing_and_the_call_ends()
    {
        var port = FreePorts.One();
        var outside = SippCalls.Parties(1001, 1);
        await using var clear = await SippCalls.Agents(_scratch, port, outside);
        await using var server = await CallClusterProcess.Start(Outbound(port));
        await using var caller = await BaresipPhone.Start(_scratch, "caller", server.SipPort, CallerTone);
        await using var conversation = new Conversation(() => clear.LogLines, outside);

        await caller.Dial($"sip:6000@127.0.0.1:{server.SipPort}");
        var closed = await caller.Event("CALL_CLOSED");
        await server.IsIdle();
        var answered = await clear.Stop();
        await conversation.Stop();

        Assert.True(answered is { Calls: 1, Failed: 0 }, $"hung up with BYE: {answered}");
        Assert.Contains("480", (string?)closed["param"], StringComparison.Ordinal);
        Assert.True(outside[0].Sent > 0, "the trunk spoke");
        Assert.Equal((0, 0), (outside[0].Heard.Count, outside[0].Garbled));
        Assert.Equal(TimeSpan.Zero, Tone.Heard(await caller.Heard(), OutsideTone));
        Assert.NotEqual("Answered", (string?)(await server.Records(1))[0]["outcome"]);
    }

    public void Dispose() => _scratch.Dispose();

    /// <summary>6000 leads outside, through the trunk at the first port, else through the one at the second.</summary>
    private CallClusterConfiguration Outbound(params int[] ports)
    {
        string[] names = ["first", "second"];
        var configuration = new CallClusterConfiguration(_scratch).With("Numbers", "6000", "\"tel:+15550199\"").With("Outbound", "CallerId", "\"+15550100\"")
            .With("Outbound", "Routes", $$"""[{ "Prefix": "+1", "Trunks": [{{string.Join(", ", names.Take(ports.Length).Select(name => $"\"{name}\""))}}] }]""");
        foreach (var (name, port) in names.Zip(ports)) configuration.With("Trunks", name, $$"""{ "Proxy": "sip:127.0.0.1:{{port}}", "Srtp": "Dtls", "ProbeInterval": "00:00:00" }""");
        return configuration;
    }
}
