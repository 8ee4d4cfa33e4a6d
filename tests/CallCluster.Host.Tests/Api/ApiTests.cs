using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using CallCluster.Contracts.Calls;
using CallCluster.Contracts.Edges;
using CallCluster.Contracts.Tickets;

namespace CallCluster.Host.Tests.Api;

public sealed class ApiTests(RunningHost host) : IClassFixture<RunningHost>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData("/healthz/live")]
    [InlineData("/healthz/ready")]
    [InlineData("/healthz/startup")]
    public async Task Health_needs_no_key(string path)
    {
        using var client = host.NewClient();
        Assert.Equal("ok\n", await client.GetStringAsync(path));
    }

    [Fact]
    public async Task Metrics_are_in_Prometheus_text_with_runtime_and_a_few_of_Orleans()
    {
        using var client = host.NewClient();
        var text = await client.GetStringAsync("/metrics");
        Assert.Contains("dotnet_process_cpu_time_seconds_total", text, StringComparison.Ordinal);
        Assert.Contains("orleans_catalog_activations", text, StringComparison.Ordinal);
        Assert.DoesNotContain("orleans_messaging_sent", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("Bearer")]
    [InlineData("Bearer wrong")]
    [InlineData("Basic k3y")]
    public async Task Without_a_known_key_the_API_answers_401(string? authorization)
    {
        using var client = host.NewClient();
        if (authorization is not null) client.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", authorization);
        foreach (var path in (string[])["/api/v1/queues", "/openapi/v1.json", "/api/none"])
        {
            using var response = await client.GetAsync(path);
            await AssertProblem(response, HttpStatusCode.Unauthorized);
            Assert.Equal("Bearer", response.Headers.WwwAuthenticate.ToString());
        }
    }

    [Fact]
    public async Task Queues_come_by_name_in_camel_case()
    {
        var queues = await Get("/api/v1/queues");
        Assert.Equal(["sales", "support"], queues.AsArray().Select(queue => (string?)queue!["name"]));
        Assert.Equal(0, (int?)queues[1]!["waiting"]);
        Assert.Equal("support", (string?)(await Get("/api/v1/queues/support"))["name"]);
    }

    [Fact]
    public async Task Agents_and_trunks_come_with_what_the_configuration_says()
    {
        var agent = (await Get("/api/v1/agents"))[0]!;
        Assert.Equal("alice", (string?)agent["id"]);
        Assert.Equal("Available", (string?)agent["presence"]);
        Assert.Equal(4, (int?)agent["skills"]!["es"]);
        Assert.Equal("Offline", (string?)(await Get("/api/v1/agents/bob"))["presence"]);
        Assert.Equal(7, (int?)(await Get("/api/v1/trunks"))[0]!["maxChannels"]);
        Assert.Equal("carrier", (string?)(await Get("/api/v1/trunks/carrier"))["name"]);
    }

    [Theory]
    [InlineData("/api/v1/queues/none")]
    [InlineData("/api/v1/agents/none")]
    [InlineData("/api/v1/trunks/none")]
    [InlineData("/api/v1/edges/none")]
    [InlineData("/api/v1/calls/none")]
    [InlineData("/api/v1/tickets/none")]
    [InlineData("/api/v1/tickets/%0a")]
    [InlineData("/api/v1/voicemails/none/audio")]
    [InlineData("/api/v1/none")]
    public async Task What_is_not_there_is_404(string path)
    {
        using var response = await host.Client.GetAsync(path);
        await AssertProblem(response, HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("1001")]
    [InlineData("-1")]
    [InlineData("x")]
    public async Task A_bad_limit_is_400(string limit)
    {
        foreach (var list in (string[])["calls", "queues", "agents", "trunks", "edges", "tickets"])
        {
            using var response = await host.Client.GetAsync($"/api/v1/{list}?limit={limit}");
            await AssertProblem(response, HttpStatusCode.BadRequest);
        }
    }

    [Fact]
    public async Task A_limit_bounds_the_list() => Assert.Single((await Get("/api/v1/queues?limit=1")).AsArray());

    [Fact]
    public async Task A_queue_is_closed_by_hand_with_a_reason_when_a_rule_says_where_its_callers_go()
    {
        Assert.False((bool?)(await Get("/api/v1/queues/support/closure"))["closed"]);
        foreach (var (queue, body, status) in ((string, object, HttpStatusCode)[])[
            ("none", new { closed = true, reason = "fire" }, HttpStatusCode.NotFound), ("sales", new { closed = true, reason = "fire" }, HttpStatusCode.Conflict),
            ("support", new { closed = true }, HttpStatusCode.BadRequest), ("support", new { reason = "fire" }, HttpStatusCode.BadRequest), ("support", new { closed = false, reason = "fire" }, HttpStatusCode.BadRequest)])
        {
            using var refused = await host.Client.PutAsJsonAsync($"/api/v1/queues/{queue}/closure", body);
            await AssertProblem(refused, status);
        }

        using var closed = await host.Client.PutAsJsonAsync("/api/v1/queues/support/closure", new { closed = true, reason = "fire" });
        Assert.Equal(HttpStatusCode.OK, closed.StatusCode);
        Assert.Equal("fire", (string?)(await Get("/api/v1/queues/support/closure"))["reason"]);
        using var opened = await host.Client.PutAsJsonAsync("/api/v1/queues/support/closure", new { closed = false });
        Assert.Equal(HttpStatusCode.OK, opened.StatusCode);
        Assert.True((bool?)(await Get("/api/v1/queues/support"))["open"]);
    }

    [Fact]
    public async Task Presence_is_set_with_its_reason()
    {
        using var away = await host.Client.PutAsJsonAsync("/api/v1/agents/alice/presence", new { presence = "Away", reason = "lunch" });
        Assert.Equal(HttpStatusCode.OK, away.StatusCode);
        var agent = await Get("/api/v1/agents/alice");
        Assert.Equal("Away", (string?)agent["presence"]);
        Assert.Equal("lunch", (string?)agent["reason"]);
        using var back = await host.Client.PutAsJsonAsync("/api/v1/agents/alice/presence", new { presence = "Available" });
        Assert.Equal("Available", (string?)JsonNode.Parse(await back.Content.ReadAsStringAsync())!["presence"]);
    }

    [Fact]
    public async Task Wrap_up_that_does_not_run_is_not_lengthened()
    {
        using var answer = await host.Client.PutAsJsonAsync("/api/v1/agents/alice/presence", new Dictionary<string, string> { ["presence"] = "WrapUp", ["for"] = "00:01:00" });
        Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
    }

    [Theory]
    [InlineData("""{"presence":"WrapUp"}""")]
    [InlineData("""{"presence":"WrapUp","for":"02:00:00"}""")]
    [InlineData("""{"presence":"Away","for":"00:01:00"}""")]
    [InlineData("""{"presence":"Busy"}""")]
    [InlineData("""{"presence":"away"}""")]
    [InlineData("""{"presence":"1"}""")]
    [InlineData("""{"presence":null}""")]
    [InlineData("""{"presence":7}""")]
    [InlineData("""{"presence":"Away","reason":""}""")]
    [InlineData("""{"presence":"Away","reason":"a\nb"}""")]
    [InlineData("""{"presence":"Away","until":"noon"}""")]
    [InlineData("""{"presence":"Away" """)]
    [InlineData("[]")]
    [InlineData("")]
    public async Task A_bad_presence_is_400_and_changes_nothing(string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await host.Client.PutAsync("/api/v1/agents/bob/presence", content);
        await AssertProblem(response, HttpStatusCode.BadRequest);
        Assert.Equal("Offline", (string?)(await Get("/api/v1/agents/bob"))["presence"]);
    }

    [Fact]
    public async Task A_presence_in_another_form_than_JSON_is_415()
    {
        using var content = new StringContent("presence=Away", Encoding.UTF8, "application/x-www-form-urlencoded");
        using var response = await host.Client.PutAsync("/api/v1/agents/bob/presence", content);
        await AssertProblem(response, HttpStatusCode.UnsupportedMediaType);
    }

    [Fact]
    public async Task The_presence_of_an_unknown_agent_is_404()
    {
        using var response = await host.Client.PutAsJsonAsync("/api/v1/agents/none/presence", new { presence = "Away" });
        await AssertProblem(response, HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task An_edge_is_listed_with_its_calls_from_its_first_heartbeat_on()
    {
        var silent = new SilentObserver();
        var observer = host.Grains.CreateObjectReference<IEdgeObserver>(silent);
        await host.Grains.GetGrain<ICallGrain>("call-1").Deliver(Given.Offered("edge-1", observer, "queue:sales", "carrier"));
        await host.Grains.GetGrain<IEdgeGrain>("edge-1").Heartbeat(Given.Heartbeat(observer, "call-1"));
        var edges = await Eventually("/api/v1/edges", list => list.AsArray().Count > 0);
        Assert.Equal("edge-1", (string?)edges[0]!["id"]);
        Assert.Equal("Active", (string?)edges[0]!["status"]);
        Assert.Equal(50, (int?)(await Get("/api/v1/edges/edge-1"))["maxCalls"]);

        var call = Assert.Single((await Eventually("/api/v1/calls", list => list.AsArray().Count > 0)).AsArray())!;
        Assert.Equal("call-1", (string?)call["id"]);
        Assert.Equal("carrier", (string?)call["trunk"]);
        Assert.Equal("edge-1", (string?)(await Get("/api/v1/calls/call-1"))["edge"]);
        GC.KeepAlive(silent);
    }

    [Fact]
    public async Task A_ticket_is_listed_and_its_audio_comes_whole_and_in_ranges()
    {
        byte[] audio = [.. Enumerable.Range(0, 200).Select(i => (byte)i)];
        System.IO.Directory.CreateDirectory(Path.Combine(host.Directory.Root, "voicemail"));
        await File.WriteAllBytesAsync(Path.Combine(host.Directory.Root, "voicemail", "r1.wav"), audio);
        await Store("t1", "r1.wav");

        var tickets = await Eventually("/api/v1/tickets", list => list.AsArray().Any(ticket => (string?)ticket!["id"] == "t1"));
        Assert.Contains(tickets.AsArray(), ticket => (string?)ticket!["status"] == "Open");
        Assert.Equal("+15550199", (string?)(await Get("/api/v1/tickets/t1"))["caller"]);

        foreach (var id in (string[])["t1", "r1"])
        {
            using var whole = await host.Client.GetAsync($"/api/v1/voicemails/{id}/audio");
            Assert.Equal("audio/wav", whole.Content.Headers.ContentType?.ToString());
            Assert.Equal(audio, await whole.Content.ReadAsByteArrayAsync());
        }
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/voicemails/t1/audio") { Headers = { Range = new RangeHeaderValue(10, 19) } };
        using var part = await host.Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.PartialContent, part.StatusCode);
        Assert.Equal(audio[10..20], await part.Content.ReadAsByteArrayAsync());
    }

    [Theory]
    [InlineData("..%2Fops.key")]
    [InlineData("..%2f..%2fetc%2fpasswd")]
    [InlineData("%2e%2e%5cops.key")]
    public async Task Audio_outside_the_voicemail_directory_cannot_be_named(string id)
    {
        using var response = await host.Client.GetAsync($"/api/v1/voicemails/{id}/audio");
        await AssertProblem(response, HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_ticket_that_names_a_file_outside_the_voicemail_directory_shows_nothing_of_it()
    {
        await Store("evil", "../ops.key");
        await Eventually("/api/v1/tickets", list => list.AsArray().Any(ticket => (string?)ticket!["id"] == "evil"));
        using var response = await host.Client.GetAsync("/api/v1/voicemails/evil/audio");
        await AssertProblem(response, HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task The_description_names_every_path()
    {
        var paths = (await Get("/openapi/v1.json"))["paths"]!.AsObject().Select(path => path.Key).ToList();
        Assert.Contains("/api/v1/agents/{id}/presence", paths);
        Assert.Contains("/api/v1/voicemails/{id}/audio", paths);
        foreach (var list in (string[])["calls", "queues", "agents", "trunks", "edges", "tickets"]) Assert.Contains($"/api/v1/{list}", paths);
    }

    private Task Store(string id, string audioFile) => host.Grains.GetGrain<ITicketGrain>(id).Post(new StoreTicket(Given.Ticket(id) with { AudioFile = audioFile }));

    private async Task<JsonNode> Get(string path) => JsonNode.Parse(await host.Client.GetStringAsync(path))!;

    // Messages between grains are one-way: what they lead to shows a moment later.
    private async Task<JsonNode> Eventually(string path, Func<JsonNode, bool> condition)
    {
        using var timeout = new CancellationTokenSource(Patience);
        while (true)
        {
            var node = await Get(path);
            if (condition(node)) return node;
            await Task.Delay(20, timeout.Token);
        }
    }

    private static async Task AssertProblem(HttpResponseMessage response, HttpStatusCode status)
    {
        var body = await response.Content.ReadAsStringAsync();
        Assert.True(status == response.StatusCode, $"{response.StatusCode}: {body}");
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal((int)status, (int?)JsonNode.Parse(body)!["status"]);
    }
}
