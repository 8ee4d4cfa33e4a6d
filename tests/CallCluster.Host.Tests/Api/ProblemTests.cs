using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;

namespace CallCluster.Host.Tests.Api;

/// <summary>Every error is problem+json with a type that stays, and says what is wrong where.</summary>
public sealed class ProblemTests(RunningHost host) : IClassFixture<RunningHost>
{
    [Theory]
    [InlineData("GET", "/api/v1/none", null, 404, "not-found", null)]
    [InlineData("GET", "/api/v1/queues/none", null, 404, "not-found", null)]
    [InlineData("GET", "/api/v1/calls/%0a", null, 404, "not-found", null)]
    [InlineData("PATCH", "/api/v1/queues", null, 405, "method-not-allowed", null)]
    [InlineData("GET", "/api/v1/queues?limit=0", null, 400, "invalid", "limit")]
    [InlineData("GET", "/api/v1/queues?limit=x", null, 400, "invalid", "limit")]
    [InlineData("PUT", "/api/v1/agents/bob/presence", """{"presence":"Busy","reason":""}""", 400, "invalid", "presence,reason")]
    [InlineData("PUT", "/api/v1/agents/bob/presence", """{"presence":"Away","until":"noon"}""", 400, "invalid", "until")]
    [InlineData("PUT", "/api/v1/agents/bob/presence", """{"presence":7}""", 400, "invalid", "presence")]
    [InlineData("PUT", "/api/v1/agents/bob/presence", """{"presence":"Away" """, 400, "bad-request", null)]
    [InlineData("PUT", "/api/v1/agents/bob/presence", "[]", 400, "bad-request", null)]
    [InlineData("PUT", "/api/v1/agents/bob/presence", "", 400, "bad-request", null)]
    [InlineData("POST", "/api/v1/calls/c1/supervise", """{"supervisor":"carol","mode":"listen"}""", 400, "invalid", "mode,supervisor")]
    [InlineData("PUT", "/api/v1/tickets/t-none", """{"status":"Done"}""", 404, "not-found", null)]
    public async Task Says_what_is_wrong_where(string method, string path, string? body, int status, string type, string? fields)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        var problem = await Problem(await host.Client.SendAsync(request), status, type);
        var errors = problem["errors"]?.AsArray();
        Assert.Equal(fields, errors is null ? null : string.Join(',', errors.Select(error => (string?)error!["field"])));
        Assert.All(errors ?? [], error => Assert.NotEqual("", (string?)error!["detail"]));
        Assert.DoesNotContain("CallCluster.", problem.ToJsonString(), StringComparison.Ordinal);
        Assert.DoesNotContain("System.", problem.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_that_is_too_large_is_413()
    {
        using var content = new StringContent($$"""{"presence":"Away","reason":"{{new string('x', 70_000)}}"}""", Encoding.UTF8, "application/json");
        await Problem(await host.Client.PutAsync("/api/v1/agents/bob/presence", content), 413, "too-large");
    }

    [Fact]
    public async Task A_body_of_another_kind_is_415()
    {
        using var content = new StringContent("presence=Away", Encoding.UTF8, "application/x-www-form-urlencoded");
        await Problem(await host.Client.PutAsync("/api/v1/agents/bob/presence", content), 415, "media-type");
    }

    [Fact]
    public async Task A_key_that_nobody_has_is_401_and_is_not_repeated()
    {
        using var client = host.NewClient("a-key-that-nobody-has");
        var problem = await Problem(await client.GetAsync("/api/v1/queues"), 401, "key-needed");
        Assert.DoesNotContain("nobody-has", problem.ToJsonString(), StringComparison.Ordinal);
    }

    private static async Task<JsonNode> Problem(HttpResponseMessage response, int status, string type)
    {
        using (response)
        {
            var text = await response.Content.ReadAsStringAsync();
            Assert.True(status == (int)response.StatusCode, $"{response.StatusCode}: {text}");
            Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
            var problem = JsonNode.Parse(text)!;
            Assert.Equal((status, $"urn:callcluster:problem:{type}"), ((int)problem["status"]!, (string?)problem["type"]));
            Assert.False(string.IsNullOrEmpty((string?)problem["title"]), text);
            // These come from ASP.NET, and their title says it all.
            Assert.False(string.IsNullOrEmpty((string?)problem["detail"]) && response.StatusCode is not (HttpStatusCode.NotFound or HttpStatusCode.RequestEntityTooLarge or HttpStatusCode.MethodNotAllowed or HttpStatusCode.UnsupportedMediaType), text);
            return problem;
        }
    }
}
