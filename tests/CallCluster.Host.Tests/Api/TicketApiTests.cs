using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using CallCluster.Contracts.Boxes;
using CallCluster.Contracts.Calls;
using CallCluster.Contracts.Edges;
using CallCluster.Contracts.Tickets;

namespace CallCluster.Host.Tests.Api;

/// <summary>What people do about tickets, and that the edges which show a box are told.</summary>
public sealed class TicketApiTests(RunningHost host) : IClassFixture<RunningHost>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Claimed_done_and_opened_again_the_box_is_told_each_time()
    {
        var watcher = new Watcher();
        await host.Grains.GetGrain<IBoxGrain>("told").Watch("edge-t", host.Grains.CreateObjectReference<IEdgeObserver>(watcher));
        await Store("t-told", "told");
        Assert.Equal((1, 0), await watcher.Next());
        var claimed = await Put("t-told", """{"status":"Claimed","by":"alice"}""", HttpStatusCode.OK);
        Assert.Equal(("Claimed", "alice"), ((string?)claimed["status"], (string?)claimed["claimedBy"]));
        Assert.Equal((0, 1), await watcher.Next());
        await Put("t-told", """{"status":"Done"}""", HttpStatusCode.OK);
        Assert.Equal((0, 0), await watcher.Next());
        Assert.Equal("Ticket t-told is done.", (string?)(await Put("t-told", """{"status":"Claimed","by":"bob"}""", HttpStatusCode.Conflict))["detail"]);
        await Put("t-told", """{"status":"Open"}""", HttpStatusCode.OK);
        Assert.Equal((1, 0), await watcher.Next());
        Assert.Null((await host.Client.GetFromJsonAsync<JsonNode>("/api/v1/tickets/t-told"))!["claimedBy"]);
        GC.KeepAlive(watcher);
    }

    [Fact]
    public async Task Of_many_who_claim_at_once_one_gets_it()
    {
        await Store("t-race", "race");
        var by = Enumerable.Range(0, 20).Select(i => i % 2 == 0 ? "alice" : "bob").ToArray();
        var responses = await Task.WhenAll(by.Select(agent => host.Client.PutAsJsonAsync("/api/v1/tickets/t-race", new { status = "Claimed", by = agent })));
        var owner = (string?)(await host.Client.GetFromJsonAsync<JsonNode>("/api/v1/tickets/t-race"))!["claimedBy"];
        Assert.All(by.Zip(responses), claim => Assert.Equal(claim.First == owner ? HttpStatusCode.OK : HttpStatusCode.Conflict, claim.Second.StatusCode));
        foreach (var response in responses) response.Dispose();
    }

    [Theory]
    [InlineData("""{"status":"claimed","by":"alice"}""")]
    [InlineData("""{"status":"1","by":"alice"}""")]
    [InlineData("""{"by":"alice"}""")]
    [InlineData("""{"status":"Claimed"}""")]
    [InlineData("""{"status":"Claimed","by":"carol"}""")]
    [InlineData("""{"status":"Done","by":"alice"}""")]
    [InlineData("""{"status":"Done","note":"x"}""")]
    public async Task What_is_not_a_change_is_400(string body) => await Put("t-none", body, HttpStatusCode.BadRequest);

    [Theory]
    [InlineData("t-none")]
    [InlineData("%0a")]
    public async Task A_ticket_that_is_not_there_is_404_and_is_not_made(string id)
    {
        await Put(id, """{"status":"Done"}""", HttpStatusCode.NotFound);
        using var response = await host.Client.GetAsync($"/api/v1/tickets/{id}");
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    [Fact]
    public async Task A_call_back_that_reached_nobody_gives_the_ticket_back()
    {
        await Store("t-called", "called", "+442079460001");
        using var content = new StringContent("""{"agent":"alice"}""", Encoding.UTF8, "application/json");
        using var response = await host.Client.PostAsync("/api/v1/tickets/t-called/call", content);
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.Equal("Claimed", await Status());
        using var ended = await host.Client.DeleteAsync(response.Headers.Location);
        using var timeout = new CancellationTokenSource(Patience);
        while (await Status() != "Open") await Task.Delay(10, timeout.Token);

        async Task<string?> Status() => (string?)(await host.Client.GetFromJsonAsync<JsonNode>("/api/v1/tickets/t-called"))!["status"];
    }

    private async Task<JsonNode> Put(string id, string body, HttpStatusCode status)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await host.Client.PutAsync($"/api/v1/tickets/{id}", content);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(status == response.StatusCode, $"{response.StatusCode}: {text}");
        return JsonNode.Parse(text)!;
    }

    private async Task Store(string id, string box, string caller = "+15550199")
    {
        await host.Grains.GetGrain<ITicketGrain>(id).Post(new StoreTicket(Given.Ticket(id) with { Box = box, Caller = caller }));
        // One-way: it shows a moment later.
        using var timeout = new CancellationTokenSource(Patience);
        while (await host.Grains.GetGrain<ITicketGrain>(id).View() is null) await Task.Delay(10, timeout.Token);
    }

    private sealed class Watcher : IEdgeObserver
    {
        private readonly Channel<BoxSummary> _told = Channel.CreateUnbounded<BoxSummary>();

        public async Task<(int Open, int Claimed)> Next()
        {
            using var timeout = new CancellationTokenSource(Patience);
            var summary = await _told.Reader.ReadAsync(timeout.Token);
            return (summary.Open, summary.Claimed);
        }

        public Task Execute(CallCommands commands) => Task.CompletedTask;

        public Task Begin(BeginCall begin) => Task.CompletedTask;

        public Task Probe() => Task.CompletedTask;

        public Task BoxChanged(BoxSummary summary) => _told.Writer.WriteAsync(summary).AsTask();
    }
}
