using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using CallCluster.Contracts.Queues;

namespace CallCluster.Host.Tests.Api;

/// <summary>The list of waiting callers, and what is refused about them; what is done to calls is tested by their machine and end to end.</summary>
public sealed class WaitingCallerTests(RunningHost host) : IClassFixture<RunningHost>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Callers_are_listed_page_by_page_in_their_order()
    {
        var queue = host.Grains.GetGrain<IQueueGrain>("sales");
        for (var i = 0; i < 25; i++) await queue.Post(new Enqueue($"c{i:00}", 1, 1000 - i, DateTimeOffset.UtcNow, [], $"+1555{i:00}"));
        using var patience = new CancellationTokenSource(Patience);
        while ((await queue.View()).Waiting < 25) await Task.Delay(20, patience.Token);

        var seen = new List<string>();
        var path = "/api/v1/queues/sales/callers?limit=10";
        while (path is not null)
        {
            using var response = await host.Client.GetAsync(path);
            var page = JsonNode.Parse(await response.Content.ReadAsStringAsync())!.AsArray();
            seen.AddRange(page.Select(caller => (string)caller!["callId"]!));
            path = response.Headers.TryGetValues("Link", out var links) ? links.Single().Split('<', '>')[1] : null;
        }
        Assert.Equal(Enumerable.Range(0, 25).Reverse().Select(i => $"c{i:00}"), seen);
    }

    [Theory]
    [InlineData("GET", "sales/callers?cursor=none", null, 400, "cursor")]
    [InlineData("GET", "none/callers", null, 404, null)]
    [InlineData("POST", "sales/callers/c99/move", """{"to":"queue:sales"}""", 400, "to")]
    [InlineData("POST", "sales/callers/c99/move", """{"to":"queue:none"}""", 400, "to")]
    [InlineData("POST", "sales/callers/c99/move", """{"to":"tel:+1900"}""", 400, "to")]
    [InlineData("POST", "sales/callers/c99/move", """{"to":"queue:support"}""", 404, null)]
    [InlineData("POST", "none/callers/c99/move", """{"to":"queue:support"}""", 404, null)]
    [InlineData("POST", "sales/callers/c99/pick", """{"agent":"carol"}""", 400, "agent")]
    [InlineData("POST", "sales/callers/c99/pick", """{"agent":"alice"}""", 404, null)]
    [InlineData("PUT", "sales/callers/c99/priority", """{"priority":101}""", 400, "priority")]
    [InlineData("PUT", "sales/callers/c99/priority", "{}", 400, "priority")]
    [InlineData("DELETE", "sales/callers/c99?to=voicemail:none", null, 400, "to")]
    [InlineData("DELETE", "sales/callers/c99", null, 404, null)]
    [InlineData("DELETE", "sales/callers/%0a", null, 404, null)]
    public async Task What_cannot_be_is_refused(string method, string path, string? body, int status, string? field)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), $"/api/v1/queues/{path}");
        if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await host.Client.SendAsync(request);
        var problem = (await response.Content.ReadFromJsonAsync<JsonNode>())!;
        Assert.Equal((status, field), ((int)response.StatusCode, (string?)problem["errors"]?[0]!["field"]));
        Assert.NotEqual(HttpStatusCode.InternalServerError, response.StatusCode);
    }
}
