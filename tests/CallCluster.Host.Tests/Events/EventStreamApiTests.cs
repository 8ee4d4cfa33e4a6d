using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using CallCluster.Contracts.Agents;
using CallCluster.Contracts.Tickets;
using CallCluster.Host.Configuration;
using CallCluster.Host.Tests.Api;

namespace CallCluster.Host.Tests.Events;

/// <summary>GET /api/v1/events over HTTP, as clients see it.</summary>
public sealed class EventStreamApiTests(RunningHost host) : IClassFixture<RunningHost>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task A_client_that_is_killed_again_and_again_hears_each_event_once_and_in_order()
    {
        using var patience = new CancellationTokenSource(Patience);
        var listener = new Listener(host.Client, "?type=agent.changed&subject=alice");
        await listener.Begin(patience.Token);
        const int Changes = 120;
        var changing = Task.Run(async () =>
        {
            for (var i = 0; i < Changes; i++) await host.Grains.GetGrain<IAgentGrain>("alice").SetPresence(Presence.Away, $"r{i}");
        });

        var heard = new List<Listener.Heard>();
        var random = new Random(7);
        while (heard.Count(entry => Reason(entry) is not null) < Changes)
        {
            var kill = random.Next(1, 20);
            await foreach (var entry in listener.Listen(patience.Token))
            {
                heard.Add(entry);
                if (--kill == 0 || Reason(entry) == $"r{Changes - 1}") break;
            }
        }
        await changing;
        Assert.Equal(Enumerable.Range(0, Changes).Select(i => $"r{i}"), heard.Select(Reason).OfType<string>());
        Assert.Equal(heard.Count, heard.Select(entry => entry.Id).Distinct().Count());
        Assert.All(heard, entry => Assert.Equal(("agent.changed", "agent.changed", "alice"), (entry.Type, (string?)entry.Data["type"], (string?)entry.Data["subject"])));

        static string? Reason(Listener.Heard entry) => (string?)entry.Data["data"]!["reason"];
    }

    [Fact]
    public async Task A_ticket_is_heard_by_its_type_and_not_under_another()
    {
        using var patience = new CancellationTokenSource(Patience);
        Listener tickets = new(host.Client, "?type=ticket.*"), calls = new(host.Client, "?type=call.*&type=ticket.claimed");
        await tickets.Begin(patience.Token);
        await calls.Begin(patience.Token);
        await host.Grains.GetGrain<ITicketGrain>("heard").Post(new StoreTicket(Given.Ticket("heard") with { AudioFile = "none.wav" }));
        var created = await First(tickets, patience.Token, of: "heard");
        Assert.Equal(("ticket.created", "heard/created", "heard"), (created.Type, (string?)created.Data["id"], (string?)created.Data["data"]!["id"]));
        using var claimed = await host.Client.PutAsJsonAsync("/api/v1/tickets/heard", new { status = "Claimed", by = "alice" });
        Assert.Equal(HttpStatusCode.OK, claimed.StatusCode);
        Assert.Equal("ticket.claimed", (await First(calls, patience.Token, of: "heard")).Type);
        Assert.Equal("ticket.claimed", (await First(tickets, patience.Token, of: "heard")).Type);
    }

    [Fact]
    public async Task An_agent_hears_of_the_own_presence_and_of_no_other()
    {
        using var patience = new CancellationTokenSource(Patience);
        using var client = host.NewClient(RunningHost.KeyOf(ApiRole.Agent));
        Listener own = new(client), all = new(host.Client);
        await own.Begin(patience.Token);
        all.LastEventId = own.LastEventId;
        await host.Grains.GetGrain<IAgentGrain>("bob").SetPresence(Presence.Away, "of bob");
        await host.Grains.GetGrain<ITicketGrain>("unheard").Post(new StoreTicket(Given.Ticket("unheard") with { AudioFile = "none.wav" }));
        await host.Grains.GetGrain<IAgentGrain>("alice").SetPresence(Presence.Away, "of alice");
        await foreach (var heard in all.Listen(patience.Token))
            if ((string?)heard.Data["data"]!["reason"] == "of alice") break;
        await foreach (var heard in own.Listen(patience.Token))
        {
            Assert.Equal("alice", (string?)heard.Data["subject"]);
            if ((string?)heard.Data["data"]!["reason"] == "of alice") break;
        }
    }

    [Theory]
    [InlineData("8d0c0f-3")]
    [InlineData("what is this")]
    public async Task Whoever_resumes_from_a_stream_that_is_gone_is_told_to_begin_anew_and_hears_what_comes_then(string id)
    {
        using var patience = new CancellationTokenSource(Patience);
        var listener = new Listener(host.Client) { LastEventId = id };
        var reset = await First(listener, patience.Token);
        Assert.Equal(("reset", "Restarted"), (reset.Type, (string?)reset.Data["reason"]));
        await host.Grains.GetGrain<IAgentGrain>("alice").SetPresence(Presence.Away, "after the reset of " + id);
        await foreach (var heard in listener.Listen(patience.Token))
        {
            Assert.NotEqual("reset", heard.Type);
            if ((string?)heard.Data["data"]!["reason"] == "after the reset of " + id) break;
        }
    }

    [Fact]
    public async Task A_reader_who_never_reads_keeps_nobody_from_hearing()
    {
        using var patience = new CancellationTokenSource(Patience);
        var listener = new Listener(host.Client, "?subject=bob");
        await listener.Begin(patience.Token);
        using var slow = await host.Client.GetAsync("/api/v1/events", HttpCompletionOption.ResponseHeadersRead, patience.Token);
        for (var i = 0; i < 500; i++) await host.Grains.GetGrain<IAgentGrain>("bob").SetPresence(Presence.Away, new string('x', 4000) + i);
        await foreach (var heard in listener.Listen(patience.Token))
            if (((string?)heard.Data["data"]!["reason"])?.EndsWith("x499", StringComparison.Ordinal) == true) break;
    }

    [Theory]
    [InlineData("type=call")]
    [InlineData("type=call.*&type=queue.changed")]
    public async Task A_type_that_is_none_is_refused(string query)
    {
        using var response = await host.Client.GetAsync("/api/v1/events?" + query, HttpCompletionOption.ResponseHeadersRead);
        var problem = (await response.Content.ReadFromJsonAsync<JsonNode>())!;
        Assert.Equal((HttpStatusCode.BadRequest, "type"), (response.StatusCode, (string?)problem["errors"]![0]!["field"]));
    }

    /// <summary>The first of all, or of one ticket: what other tests did to others may still be told.</summary>
    private static async Task<Listener.Heard> First(Listener listener, CancellationToken cancellation, string? of = null)
    {
        await foreach (var heard in listener.Listen(cancellation))
            if (of is null || (string?)heard.Data["data"]!["id"] == of) return heard;
        throw new InvalidOperationException("The server ended the stream.");
    }
}
