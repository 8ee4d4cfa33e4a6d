using CallCluster.EndToEnd.Tests.Audio;
using CallCluster.EndToEnd.Tests.Peers;
using CallCluster.EndToEnd.Tests.Processes;

namespace CallCluster.EndToEnd.Tests.Calls;

/// <summary>Message waiting (RFC 3842): an agent's phone is told of a voicemail that is left.</summary>
public sealed class MessageWaitingTests : IDisposable
{
    private readonly ScratchDirectory _scratch = new();

    [Fact]
    public async Task A_phone_that_subscribed_to_a_box_is_told_of_a_new_message()
    {
        await using var server = await CallClusterProcess.Start(Configuration());
        await using var phone = SippRun.Start(_scratch, "subscriber", server.SipPort, calls: 1, options: ["-s", "support", "-au", "alice", "-ap", "wonderland"]);
        await Eventually.IsTrue(() => phone.LogLines.Length > 0, "the phone is subscribed");
        Assert.Equal(1, await server.Metric("callcluster_edge_subscriptions_active"));
        var callers = SippCalls.Parties(1, 1);
        await using var caller = SippCalls.Caller(_scratch, "caller", server.SipPort, "6009", callers[0], TimeSpan.FromSeconds(3));
        await using (var conversation = new Conversation(() => [.. caller.LogLines], callers)) Assert.Equal(1, (await caller.Finished(TimeSpan.FromSeconds(20))).Successful);

        var told = await phone.Finished(TimeSpan.FromSeconds(30));

        Assert.True(told is { ExitCode: 0, Successful: 1 }, $"{told}");
        Assert.Equal(0, await server.Metric("callcluster_edge_subscriptions_active"));
    }

    [Fact]
    public async Task Strangers_are_challenged_and_what_is_no_box_or_no_event_of_ours_is_refused()
    {
        await using var server = await CallClusterProcess.Start(Configuration());
        using var stranger = RawSip.Udp(server.SipPort);

        Assert.StartsWith("SIP/2.0 401 ", await stranger.FinalResponse(stranger.Request("SUBSCRIBE", "support", "Event: message-summary\r\n")), StringComparison.Ordinal);
        var refusal = await stranger.FinalResponse(stranger.Request("SUBSCRIBE", "support", "Event: presence\r\n"));
        Assert.StartsWith("SIP/2.0 489 ", refusal, StringComparison.Ordinal);
        Assert.Equal("message-summary", RawSip.Header(refusal, "Allow-Events"));
        Assert.Equal(0, await server.Metric("callcluster_edge_subscriptions_active"));
    }

    public void Dispose() => _scratch.Dispose();

    private CallClusterConfiguration Configuration() => new CallClusterConfiguration(_scratch)
        .With("Sip", "DigestAlgorithms", """["Md5"]""").With("Numbers", "6009", "\"voicemail:support\"").With("Queues", "support", "{}").WithRegisteringAgent("alice", "wonderland", "support")
        .With("Voicemail", "Boxes", """{ "support": {} }""");
}
