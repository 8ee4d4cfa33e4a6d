using CallCluster.EndToEnd.Tests.Audio;
using CallCluster.EndToEnd.Tests.Peers;
using CallCluster.EndToEnd.Tests.Processes;

namespace CallCluster.EndToEnd.Tests.Calls;

/// <summary>RFC 3842 over RFC 6665: baresip and sipp as agents' phones that show a voicemail box.</summary>
public sealed class MessageWaitingTests : IDisposable
{
    private readonly ScratchDirectory _scratch = new();

    [Fact]
    public async Task Phones_are_told_of_a_message_when_it_is_left_and_that_the_edge_goes()
    {
        var configuration = new CallClusterConfiguration(_scratch).With("Sip", "DigestAlgorithms", """["Md5"]""")
            .With("Numbers", "6000", "\"voicemail:support\"").With("Voicemail", "Boxes", """{ "support": { "MaxLength": "00:01:00" } }""").With("Queues", "support", "{}");
        foreach (var agent in (string[])["alice", "bob", "carol"])
        {
            configuration.WithRegisteringAgent(agent, "wonderland", "support");
            if (agent != "carol") configuration.Section("Agents")[agent]!["Mailbox"] = "support";
        }
        await using var server = await CallClusterProcess.Start(configuration);
        await using var alice = await BaresipPhone.Start(_scratch, "alice", server.SipPort, 880, "wonderland", configuration: "module_app mwi.so");
        await alice.Registered();
        // By its SIP trace: the event may come before its control port is connected to.
        await Eventually.IsTrue(() => alice.Log.Contains("Messages-Waiting: no", StringComparison.Ordinal), "alice's phone was told that there is no message");
        await using var bob = Subscriber("bob", "bob");
        await Eventually.IsTrue(() => bob.LogLines.Contains("REFRESHED") || bob.Errors.Length > 0, "bob's phone has refreshed its subscription");
        Assert.Empty(bob.Errors);
        await Refused("carol", "carol", "404 No Mailbox Configured");
        await Refused("bob", "alice", "403 Not Your Mailbox");
        using var stranger = RawSip.Udp(server.SipPort);
        Assert.StartsWith("SIP/2.0 401 ", await stranger.FinalResponse(stranger.Request("SUBSCRIBE", "alice", "Event: message-summary\r\n")), StringComparison.Ordinal);
        Assert.StartsWith("SIP/2.0 489 ", await stranger.FinalResponse(stranger.Request("SUBSCRIBE", "alice", "Event: presence\r\n")), StringComparison.Ordinal);
        Assert.Equal(2, await server.Metric("callcluster_edge_subscriptions_active"));

        AudioParty[] parties = SippCalls.Parties(1, 1);
        await using var caller = SippCalls.Callers(_scratch, server.SipPort, "6000", parties, TimeSpan.FromSeconds(1));
        await caller.Succeeded(TimeSpan.FromSeconds(20));
        await alice.Event("MWI_NOTIFY", "Voice-Message: 1/0");
        await bob.Says("WAITING");
        await alice.Quit();
        await Eventually.Becomes(() => server.Metric("callcluster_edge_subscriptions_active"), active => active == 1, "alice's phone has ended its subscription");
        Assert.Equal(1, await server.Metric("callcluster_edge_subscriptions_total", "result=\"ended\""));

        server.Signal(UnixSignal.Terminate);
        var told = await bob.Finished(TimeSpan.FromSeconds(10));
        Assert.True(told is { Successful: 1, Failed: 0 }, $"{told}");
        foreach (var party in parties) party.Dispose();

        // sipp's own idea of the digest's uri has no user.
        SippRun Subscriber(string user, string target) => SippRun.Start(_scratch, "subscriber", server.SipPort, 1,
            ["-s", target, "-key", "user", user, "-au", user, "-ap", "wonderland", "-auth_uri", $"{target}@127.0.0.1:{server.SipPort}"]);

        async Task Refused(string user, string target, string answer)
        {
            await using var phone = Subscriber(user, target);
            var result = await phone.Finished(TimeSpan.FromSeconds(10));
            Assert.Contains(answer, result.Errors, StringComparison.Ordinal);
        }
    }

    public void Dispose() => _scratch.Dispose();
}
