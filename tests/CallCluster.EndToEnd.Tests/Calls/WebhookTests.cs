using System.Security.Cryptography;
using System.Text;
using CallCluster.EndToEnd.Tests.Audio;
using CallCluster.EndToEnd.Tests.Peers;
using CallCluster.EndToEnd.Tests.Processes;
using CallCluster.Host.Tests.Webhooks;

namespace CallCluster.EndToEnd.Tests.Calls;

/// <summary>What a receiver of webhooks gets of a real call, while it and the process die.</summary>
public sealed class WebhookTests : IDisposable
{
    private const string Secret = "a secret of sixteen or more";
    private readonly ScratchDirectory _scratch = new();

    [Fact]
    public async Task Record_and_ticket_outlive_a_dead_receiver_and_a_killed_process_each_under_one_id()
    {
        var port = FreePorts.One();
        var configuration = Configuration($"http://127.0.0.1:{port}/hooks");
        string ticket, call;
        await using (var server = await CallClusterProcess.Start(configuration))
        {
            await LeaveMessage(server);
            ticket = (string)Assert.Single(await Eventually.Becomes(() => server.List("tickets"), tickets => tickets.Count > 0, "the ticket is there"))!["id"]!;
            call = (string)(await server.Records(1))[0]["id"]!;
            await Eventually.Becomes(() => server.Metric("callcluster_webhook_waiting"), waiting => waiting >= 2, "record and ticket wait for the receiver");
            await server.WaitForLog("does not take events", Eventually.Patience);
            server.Signal(UnixSignal.Kill);
            await server.WaitForExit(Eventually.Patience);
        }

        await using var receiver = await Receiver.Start(port);
        receiver.Answer = _ => Task.FromResult(receiver.Posts.Length <= 2 ? 500 : 204);
        await using (var next = await CallClusterProcess.Start(configuration))
        {
            await Eventually.Becomes(() => next.Metric("callcluster_webhook_waiting"), waiting => waiting == 0, "all is delivered");
            Assert.True(await next.Metric("callcluster_webhook_deliveries_total", "Failed") >= 1);
        }

        var posts = receiver.Posts;
        Assert.Equal([$"{call}/ended"], Ids("call.ended"));
        Assert.Equal([$"{ticket}/created"], Ids("ticket.created"));
        Assert.True(posts.Length > posts.Select(post => post.Id).Distinct().Count(), "what was answered by 500 came again under its id");
        var ended = posts.First(post => (string?)post.Event["type"] == "call.ended").Event;
        Assert.Equal((call, "Voicemail", ticket), ((string?)ended["data"]!["id"], (string?)ended["data"]!["outcome"], (string?)ended["data"]!["ticket"]));
        var created = posts.First(post => (string?)post.Event["type"] == "ticket.created").Event;
        Assert.Equal((ticket, $"/api/v1/voicemails/{ticket}/audio"), ((string?)created["data"]!["id"], (string?)created["data"]!["audioLink"]));
        Assert.All(posts, post => Assert.Equal(Signature(post), post.Signature));

        string[] Ids(string type) => [.. posts.Where(post => (string?)post.Event["type"] == type).Select(post => post.Id).Distinct()];
    }

    public void Dispose() => _scratch.Dispose();

    private CallClusterConfiguration Configuration(string url) => new CallClusterConfiguration(_scratch)
        .With("Numbers", "6000", "\"queue:support\"")
        .With("Queues", "support", """{ "Overflow": [ { "When": "NoAgents", "To": "voicemail:support" } ] }""")
        .With("Voicemail", "Boxes", """{ "support": {} }""")
        .With("Records", "OutboxDirectory", $"\"{_scratch.File("outbox")}\"")
        .With("Webhooks", "crm", $$"""{ "Url": "{{url}}", "SecretFile": "{{_scratch.Write("hook.secret", Secret)}}", "Events": ["ticket.*", "call.ended"] }""");

    /// <summary>As deploy/webhooks.md says.</summary>
    private static string Signature(Receiver.Post post)
    {
        byte[] signed = [.. Encoding.UTF8.GetBytes($"{post.Id}.{post.Timestamp}."), .. post.Body];
        return "v1," + Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), signed));
    }

    private async Task LeaveMessage(CallClusterProcess server)
    {
        AudioParty[] parties = [new(1, FreePorts.Block(2), 440)];
        await using var caller = SippCalls.Callers(_scratch, server.SipPort, "6000", parties, TimeSpan.FromSeconds(3));
        await using var conversation = new Conversation(() => caller.LogLines, parties);
        var result = await caller.Finished(TimeSpan.FromSeconds(30));
        Assert.True(result is { Successful: 1, Failed: 0 }, $"{result}");
    }
}
