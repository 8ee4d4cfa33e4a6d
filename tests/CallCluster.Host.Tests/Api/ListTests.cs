using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using CallCluster.Contracts.Agents;
using CallCluster.Contracts.Calls;
using CallCluster.Contracts.Directories;
using CallCluster.Contracts.Edges;
using CallCluster.Contracts.Tickets;
using Microsoft.AspNetCore.Http;

namespace CallCluster.Host.Tests.Api;

/// <summary>Lists of the API: pages, filters and their bounds.</summary>
public sealed class ListTests(RunningHost host) : IClassFixture<RunningHost>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData("queues", "name")]
    [InlineData("agents", "id")]
    public async Task A_list_by_name_is_whole_when_read_one_by_one(string list, string key)
    {
        var whole = (await host.Client.GetFromJsonAsync<JsonArray>($"/api/v1/{list}"))!.Select(one => (string)one![key]!).ToArray();
        Assert.Equal(2, whole.Length);
        Assert.Equal(whole, await Pages($"/api/v1/{list}?limit=1", key, pages: 2));
    }

    [Fact]
    public async Task Tickets_come_the_newest_first_page_by_page_by_status_and_queue()
    {
        for (var i = 0; i < 25; i++) await Store($"p{i:00}", i % 5 == 0 ? "sales" : "support");
        await Eventually(async () => (await host.Client.GetFromJsonAsync<JsonArray>("/api/v1/tickets?limit=1000"))!.Count(ticket => ((string)ticket!["id"]!)[0] == 'p') == 25);
        using var done = await host.Client.PutAsJsonAsync("/api/v1/tickets/p10", new { status = "Done" });
        Assert.Equal(HttpStatusCode.OK, done.StatusCode);
        Assert.Equal(Enumerable.Range(0, 25).Reverse().Select(i => $"p{i:00}"), (await Pages("/api/v1/tickets?limit=7", "id")).Where(id => id[0] == 'p'));
        Assert.Equal(["p20", "p15", "p05", "p00"], await Pages("/api/v1/tickets?limit=2&status=Open&queue=sales", "id"));
        Assert.Equal(["p10"], await Pages("/api/v1/tickets?limit=3&status=Done", "id"));
    }

    [Fact]
    public async Task Calls_of_several_edges_come_once_each_by_queue_and_state()
    {
        var silent = new SilentObserver();
        var observer = host.Grains.CreateObjectReference<IEdgeObserver>(silent);
        string[] edges = ["list-a", "list-b"];
        foreach (var edge in edges)
        {
            string[] calls = [.. Enumerable.Range(0, 6).Select(i => $"{edge}-{i}")];
            foreach (var call in calls) await Offer(call, edge, observer, call.EndsWith('5') ? "queue:support" : "queue:sales");
            await host.Grains.GetGrain<IEdgeGrain>(edge).Heartbeat(Given.Heartbeat(observer, calls));
        }
        await Eventually(async () => (await Pages("/api/v1/calls?limit=5&queue=sales&state=Queued", "id")).Length == 10 && (await Pages("/api/v1/calls?queue=support", "id")).Length == 2);
        Assert.Equal(edges.SelectMany(edge => Enumerable.Range(0, 5).Select(i => $"{edge}-{i}")), await Pages("/api/v1/calls?limit=3&queue=sales", "id"));
        Assert.Equal(["list-a-5", "list-b-5"], await Pages("/api/v1/calls?limit=1&queue=support", "id"));
        Assert.Empty(await Pages("/api/v1/calls?agent=bob", "id"));
        GC.KeepAlive(silent);
    }

    [Fact]
    public async Task Agents_are_listed_by_queue_and_presence()
    {
        Assert.Equal(["alice"], await Pages("/api/v1/agents?queue=support", "id"));
        await host.Grains.GetGrain<IAgentGrain>("bob").SetPresence(Presence.Away, null);
        Assert.Equal(["bob"], await Pages("/api/v1/agents?presence=Away", "id"));
    }

    [Theory]
    [InlineData("agents?presence=away", "presence")]
    [InlineData("agents?cursor=!", "cursor")]
    [InlineData("calls?state=Talking", "state")]
    [InlineData("calls?cursor=YQ", "cursor")]
    [InlineData("tickets?status=0", "status")]
    [InlineData("queues?cursor=", "cursor")]
    public async Task What_a_filter_or_cursor_cannot_be_is_refused_by_its_name(string path, string field)
    {
        using var response = await host.Client.GetAsync($"/api/v1/{path}");
        var problem = (await response.Content.ReadFromJsonAsync<JsonNode>())!;
        Assert.Equal((HttpStatusCode.BadRequest, field), (response.StatusCode, (string?)problem["errors"]?[0]!["field"]));
    }

    [Fact]
    public async Task A_filter_that_takes_nothing_asks_no_more_grains_than_it_may_and_goes_on_from_there()
    {
        string[] keys = [.. Enumerable.Range(0, CallCluster.Host.Api.Listing.MostAsked + 1).Select(i => $"k{i:0000}")];
        var http = new DefaultHttpContext();
        http.Request.QueryString = new QueryString("?limit=10&state=Queued&cursor=x");
        http.Request.Path = "/api/v1/calls";
        var asked = 0;
        var page = await CallCluster.Host.Api.Listing.Page<string>(http, keys, 10, key => Task.FromResult<string?>(Interlocked.Increment(ref asked) > 0 ? key : null), _ => false);
        Assert.Equal((0, CallCluster.Host.Api.Listing.MostAsked), (page.Count, asked));
        Assert.Equal($"</api/v1/calls?limit=10&state=Queued&cursor={CallCluster.Host.Api.ListCursor.Write("k0999")}>; rel=\"next\"", http.Response.Headers.Link.ToString());
    }

    private async Task<string[]> Pages(string path, string key, int? pages = null)
    {
        var seen = new List<string>();
        var count = 0;
        for (var next = path; next is not null; count++)
        {
            using var response = await host.Client.GetAsync(next);
            response.EnsureSuccessStatusCode();
            seen.AddRange((await response.Content.ReadFromJsonAsync<JsonArray>())!.Select(one => (string)one![key]!));
            next = response.Headers.TryGetValues("Link", out var links) ? links.Single().Split('<', '>')[1] : null;
        }
        if (pages is { } expected) Assert.Equal(expected, count);
        return [.. seen];
    }

    private static async Task Eventually(Func<Task<bool>> condition)
    {
        using var timeout = new CancellationTokenSource(Patience);
        while (!await condition()) await Task.Delay(20, timeout.Token);
    }

    private async Task Store(string id, string queue)
    {
        await host.Grains.GetGrain<ITicketGrain>(id).Post(new StoreTicket(Given.Ticket(id) with { Queue = queue }));
        // Listed before the next is stored: the order is that of their coming.
        await Eventually(async () => (await host.Grains.GetGrain<IDirectoryGrain>(IDirectoryGrain.Tickets).List(1)) is [var newest] && newest == id);
    }

    private Task Offer(string call, string edge, IEdgeObserver observer, string destination) => host.Grains.GetGrain<ICallGrain>(call).Deliver(Given.Offered(edge, observer, destination));
}
