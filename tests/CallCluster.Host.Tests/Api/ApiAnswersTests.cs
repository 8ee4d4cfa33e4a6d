using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CallCluster.Contracts.Calls;
using CallCluster.Contracts.Edges;
using CallCluster.Contracts.Queues;
using CallCluster.Contracts.Tickets;

namespace CallCluster.Host.Tests.Api;

/// <summary>What each endpoint really answers is what /openapi/v1.json says that it does.</summary>
public sealed class ApiAnswersTests(RunningHost host) : IClassFixture<RunningHost>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    // Every operation, with what it is asked; those that change things last.
    private static readonly (string Method, string Path, string? Body)[] Requests =
    [
        ("GET", "/calls", null), ("GET", "/calls/call-1", null), ("GET", "/calls/none", null), ("GET", "/calls?limit=0", null),
        ("GET", "/queues", null), ("GET", "/queues/support", null), ("GET", "/queues/none", null), ("GET", "/queues/support/closure", null), ("GET", "/queues/sales/callers", null), ("GET", "/queues?cursor=!", null),
        ("GET", "/agents", null), ("GET", "/agents/alice", null), ("GET", "/agents/none", null), ("GET", "/agents?presence=none", null),
        ("GET", "/trunks", null), ("GET", "/trunks/carrier", null), ("GET", "/trunks/none", null),
        ("GET", "/edges", null), ("GET", "/edges/edge-1", null), ("GET", "/edges/none", null),
        ("GET", "/tickets", null), ("GET", "/tickets/t1", null), ("GET", "/tickets/none", null), ("GET", "/tickets?status=none", null),
        ("GET", "/voicemails/t1/audio", null), ("GET", "/voicemails/none/audio", null),
        ("GET", "/events?type=none", null),
        ("PUT", "/agents/bob/presence", """{"presence":"Away","reason":"lunch"}"""), ("PUT", "/agents/bob/presence", """{"presence":"none"}"""), ("PUT", "/agents/bob/presence", """{"presence":"WrapUp","for":"00:01:00"}"""),
        ("PUT", "/queues/support/closure", """{"closed":true,"reason":"fire"}"""), ("PUT", "/queues/support/closure", """{"closed":false}"""), ("PUT", "/queues/sales/closure", """{"closed":true,"reason":"fire"}"""),
        ("PUT", "/tickets/t1", """{"status":"Claimed","by":"alice"}"""), ("PUT", "/tickets/t1", """{"status":"Claimed","by":"bob"}"""), ("PUT", "/tickets/t1", "{}"),
        ("POST", "/tickets/t1/call", """{"agent":"alice"}"""), ("POST", "/tickets/none/call", """{"agent":"alice"}"""),
        ("POST", "/calls", """{"to":"tel:+1900","destination":"queue:support"}"""),
        ("PUT", "/queues/sales/callers/call-1/priority", """{"priority":3}"""), ("PUT", "/queues/sales/callers/call-1/priority", "{}"),
        ("POST", "/queues/sales/callers/none/move", """{"to":"queue:support"}"""), ("POST", "/queues/sales/callers/call-1/move", """{"to":"queue:sales"}"""), ("POST", "/queues/sales/callers/call-1/move", """{"to":"queue:support"}"""),
        ("POST", "/queues/sales/callers/call-1/pick", """{"agent":"alice"}"""), ("DELETE", "/queues/sales/callers/none", null),
        ("POST", "/calls/call-1/transfer", """{"to":"agent:bob"}"""), ("POST", "/calls/call-1/hold", "{}"), ("POST", "/calls/none/resume", "{}"),
        ("POST", "/calls/call-1/supervise", """{"supervisor":"bob","mode":"Listen"}"""), ("DELETE", "/calls/call-1/supervise", null),
        ("DELETE", "/calls/none", null), ("DELETE", "/calls/call-1", null),
    ];

    [Fact]
    public async Task Every_operation_answers_as_it_is_described()
    {
        var document = (await host.Client.GetFromJsonAsync<JsonNode>("/openapi/v1.json"))!;
        var schema = new JsonSchema(document);
        using var observer = new Carried(host);
        await observer.Begin();
        var faults = new List<string>();
        var asked = new HashSet<string>();
        foreach (var (method, path, body) in Requests)
        {
            var template = Template(document, method, path.Split('?')[0]);
            asked.Add($"{method} {template}");
            using var request = new HttpRequestMessage(new HttpMethod(method), "/api/v1" + path);
            if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, "application/json");
            using var response = await host.Client.SendAsync(request);
            var described = document["paths"]![template]![method.ToLowerInvariant()]!["responses"]![$"{(int)response.StatusCode}"];
            if (described is null) faults.Add($"{method} {path}: {(int)response.StatusCode} is not described: {await response.Content.ReadAsStringAsync()}");
            else faults.AddRange((await Faults(response, described, schema)).Select(fault => $"{method} {path}: {(int)response.StatusCode}: {fault}"));
        }
        faults.AddRange(Operations(document).Except(asked).Select(missing => $"{missing} is not asked by this test"));
        Assert.True(faults.Count == 0, string.Join('\n', faults));
    }

    [Theory]
    [InlineData("""{"name":"a","waiting":"none"}""", "$.waiting")]
    [InlineData("""{"name":"a"}""", "waiting is missing")]
    [InlineData("""{"name":"a","waiting":1,"more":1}""", "more is not described")]
    [InlineData("""{"name":"a","waiting":1,"wait":"soon"}""", "$.wait")]
    [InlineData("""{"name":"a","waiting":1,"wait":"00:01:00"}""", null)]
    public void The_check_sees_what_does_not_fit(string value, string? fault)
    {
        var document = JsonNode.Parse("""
            { "components": { "schemas": { "Queue": { "type": "object", "required": ["name", "waiting"], "properties": {
                "name": { "type": "string" }, "waiting": { "type": "integer" }, "wait": { "type": ["null", "string"], "pattern": "^[0-9:]+$" } } } } } }
            """)!;
        var errors = new JsonSchema(document).Errors(JsonNode.Parse(value), JsonNode.Parse("""{"$ref":"#/components/schemas/Queue"}""")!).ToList();
        if (fault is null) Assert.Empty(errors);
        else Assert.Contains(fault, Assert.Single(errors), StringComparison.Ordinal);
    }

    private static async Task<IEnumerable<string>> Faults(HttpResponseMessage response, JsonNode described, JsonSchema schema)
    {
        var media = response.Content.Headers.ContentType?.MediaType;
        if (described["content"] is not JsonObject content) return media is null or "application/problem+json" ? [] : [$"{media} is not described"];
        if (media is null || content[media] is not { } type) return [$"{media ?? "no content"} is none of {string.Join(", ", content.Select(entry => entry.Key))}"];
        if (!media.EndsWith("json", StringComparison.Ordinal)) return [];
        var text = await response.Content.ReadAsStringAsync();
        try
        {
            return type["schema"] is { } expected ? schema.Errors(JsonNode.Parse(text), expected) : ["no schema is described"];
        }
        catch (JsonException exception)
        {
            return [$"no JSON: {exception.Message}"];
        }
    }

    private static IEnumerable<string> Operations(JsonNode document) => document["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject().Select(operation => $"{operation.Key.ToUpperInvariant()} {path.Key}"));

    /// <summary>The described path that a request's leads to: one with fewer parameters first.</summary>
    private static string Template(JsonNode document, string method, string path)
    {
        var parts = ("/api/v1" + path).Split('/');
        return document["paths"]!.AsObject().Where(described => described.Value![method.ToLowerInvariant()] is not null).Select(described => described.Key)
            .Where(described => described.Split('/') is var pattern && pattern.Length == parts.Length && pattern.Zip(parts).All(pair => pair.First == pair.Second || pair.First.StartsWith('{')))
            .OrderBy(described => described.Count(letter => letter == '{')).First();
    }

    /// <summary>An edge that carries a call which waits in sales, and a ticket with audio.</summary>
    private sealed class Carried(RunningHost host) : IDisposable
    {
        private readonly SilentObserver _silent = new();

        public async Task Begin()
        {
            var observer = host.Grains.CreateObjectReference<IEdgeObserver>(_silent);
            await host.Grains.GetGrain<ICallGrain>("call-1").Deliver(Given.Offered("edge-1", observer, "queue:sales", "carrier"));
            await host.Grains.GetGrain<IEdgeGrain>("edge-1").Heartbeat(Given.Heartbeat(observer, "call-1"));
            Directory.CreateDirectory(Path.Combine(host.Directory.Root, "voicemail"));
            await File.WriteAllBytesAsync(Path.Combine(host.Directory.Root, "voicemail", "r1.wav"), new byte[100]);
            await host.Grains.GetGrain<ITicketGrain>("t1").Post(new StoreTicket(Given.Ticket("t1") with { Waited = TimeSpan.FromSeconds(1.5), AudioFile = "r1.wav" }));
            using var patience = new CancellationTokenSource(Patience);
            while ((await host.Grains.GetGrain<IQueueGrain>("sales").View()).Waiting == 0 || await host.Grains.GetGrain<ITicketGrain>("t1").View() is null) await Task.Delay(20, patience.Token);
        }

        public void Dispose() => GC.KeepAlive(_silent);
    }
}
