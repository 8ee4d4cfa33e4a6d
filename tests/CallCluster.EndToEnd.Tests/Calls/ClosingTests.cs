using CallCluster.EndToEnd.Tests.Audio;
using CallCluster.EndToEnd.Tests.Peers;
using CallCluster.EndToEnd.Tests.Processes;

namespace CallCluster.EndToEnd.Tests.Calls;

/// <summary>Callers who come outside opening hours, and those who wait when a queue is closed by hand: sipp is trunk, agents' phone and carrier.</summary>
public sealed class ClosingTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly ScratchDirectory _scratch = new();

    [Fact]
    public async Task A_closed_queue_sends_its_callers_to_each_kind_of_destination()
    {
        var (phonePort, carrierPort) = (FreePorts.One(), FreePorts.One());
        var configuration = Configuration(phonePort)
            .With("Trunks", "out", $$"""{ "Proxy": "sip:127.0.0.1:{{carrierPort}}" }""").With("Outbound", "Routes", """[ { "Prefix": "+1", "Trunks": ["out"] } ]""")
            .With("Flows", "closed", """{ "Default": "agent:direct" }""");
        foreach (var (number, to) in ((string, string)[])[("7001", "queue:open"), ("7002", "agent:direct"), ("7003", "flow:closed"), ("7004", "tel:+15550199"), ("7005", "hangup:403"), ("7006", "queue:closed-too")])
        {
            configuration.With("Numbers", number, $"\"queue:q{number}\"")
                .With("Queues", $"q{number}", $$"""{ "Hours": "never", "Overflow": [ { "When": "Length", "Over": 5, "To": "hangup:486" }, { "When": "Closed", "To": "{{to}}" } ] }""");
        }

        configuration.With("Queues", "closed-too", """{ "Hours": "never", "Overflow": [ { "When": "Closed", "To": "queue:open" } ] }""");
        await using var server = await CallClusterProcess.Start(configuration);
        await using var phone = await SippCalls.Agents(_scratch, phonePort, SippCalls.Parties(1001, 4));
        await using var carrier = await SippCalls.Carrier(_scratch, carrierPort, "agent", SippCalls.Parties(2001, 1));

        foreach (var (number, reached) in ((string, string)[])[("7001", "connected with waiting"), ("7002", "connected with direct"), ("7003", "connected with direct"), ("7004", "connected with"), ("7006", "connected with waiting")])
        {
            await using var caller = SippCalls.Callers(_scratch, server.SipPort, number, SippCalls.Parties(1, 1), TimeSpan.FromSeconds(0.2));
            await caller.Succeeded(Patience);
            var steps = await Steps(server, number);
            Assert.Contains(steps, step => step.StartsWith($"overflow of q{number} by Closed", StringComparison.Ordinal));
            Assert.Contains(steps, step => step.StartsWith(reached, StringComparison.Ordinal));
        }

        await using var refused = SippCalls.Callers(_scratch, server.SipPort, "7005", SippCalls.Parties(1, 1), TimeSpan.FromSeconds(0.2));
        Assert.Contains("403", (await refused.Finished(Patience)).Errors, StringComparison.Ordinal);
        await server.IsIdle();
    }

    [Fact]
    public async Task A_queue_that_is_closed_by_hand_sends_away_who_waits_and_who_comes_and_takes_callers_in_again_when_opened()
    {
        var phonePort = FreePorts.One();
        await using var server = await CallClusterProcess.Start(Configuration(phonePort));
        await server.Put("agents/waiting/presence", new { presence = "Away", reason = "lunch" });
        await using var waits = SippCalls.Callers(_scratch, server.SipPort, "6000", SippCalls.Parties(1, 1), TimeSpan.FromSeconds(1.5));
        await Eventually.Becomes(() => server.Get("queues/open"), queue => (int)queue["waiting"]! == 1, "one waits");

        await server.Put("queues/open/closure", new { closed = true, reason = "fire alarm" });
        await using var comes = SippCalls.Callers(_scratch, server.SipPort, "6000", SippCalls.Parties(2, 1), TimeSpan.FromSeconds(1.5));
        await waits.Succeeded(Patience);
        await comes.Succeeded(Patience);
        await server.IsIdle();
        Assert.Equal(["Closed", "Closed"], (await server.List("tickets")).Select(ticket => (string?)ticket!["reason"]));
        Assert.Equal((false, "fire alarm"), ((bool)(await server.Get("queues/open"))["open"]!, (string?)(await server.Get("queues/open"))["closureReason"]));

        await server.Put("queues/open/closure", new { closed = false });
        await server.Put("agents/waiting/presence", new { presence = "Available" });
        await using var phone = await SippCalls.Agents(_scratch, phonePort, SippCalls.Parties(1001, 1));
        await using var served = SippCalls.Callers(_scratch, server.SipPort, "6000", SippCalls.Parties(3, 1), TimeSpan.FromSeconds(0.2));
        await served.Succeeded(Patience);
        await server.IsIdle();
        Assert.Equal("Answered", (string?)(await server.Records(3))[2]["outcome"]);
    }

    public void Dispose() => _scratch.Dispose();

    private CallClusterConfiguration Configuration(int phonePort)
    {
        var tomorrow = DateTime.UtcNow.AddDays(2).DayOfWeek.ToString()[..3];
        return new CallClusterConfiguration(_scratch)
            .With("Hours", "never", $$"""{ "TimeZone": "UTC", "Open": ["{{tomorrow}} 09:00-10:00"] }""")
            .With("Numbers", "6000", "\"queue:open\"")
            .With("Queues", "open", """{ "Overflow": [ { "When": "Closed", "To": "voicemail:box" } ] }""")
            .With("Voicemail", "Boxes", """{ "box": { } }""")
            .With("Agents", "waiting", $$"""{ "Contact": "sip:waiting@127.0.0.1:{{phonePort}}", "Queues": ["open"] }""")
            .With("Agents", "direct", $$"""{ "Contact": "sip:direct@127.0.0.1:{{phonePort}}" }""");
    }

    private static async Task<string[]> Steps(CallClusterProcess server, string number)
    {
        var records = await Eventually.Becomes(() => Task.FromResult(server.Configuration.Records()), records => records.Any(record => (string?)record["dialled"] == number), $"the record of {number}");
        return [.. records.Last(record => (string?)record["dialled"] == number)["steps"]!.AsArray().Select(step => (string)step!["what"]!)];
    }
}
