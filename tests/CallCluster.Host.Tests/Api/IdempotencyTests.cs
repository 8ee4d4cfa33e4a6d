using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using CallCluster.Contracts.Idempotency;
using CallCluster.Host.Configuration;

namespace CallCluster.Host.Tests.Api;

public sealed class IdempotencyTests(RunningHost host) : IClassFixture<RunningHost>
{
    [Fact]
    public async Task The_same_again_gets_the_first_answer_and_is_not_done_again()
    {
        var first = await Put("k1", "alice", """{"presence":"Away","reason":"lunch"}""");
        Assert.Equal((HttpStatusCode.OK, false), (first.Status, first.IsReplayed));
        await Put(null, "alice", """{"presence":"Available"}""");
        var second = await Put("k1", "alice", """{"presence":"Away","reason":"lunch"}""");
        Assert.Equal((HttpStatusCode.OK, true, first.Body), (second.Status, second.IsReplayed, second.Body));
        Assert.Equal("Available", (string?)JsonNode.Parse(await host.Client.GetStringAsync("/api/v1/agents/alice"))!["presence"]);
    }

    [Fact]
    public async Task An_answer_without_a_body_arrives_and_an_error_is_still_told_in_words()
    {
        using var ended = await Send(HttpMethod.Delete, "/api/v1/calls/none/nowhere", "k9", host.Client);
        Assert.Equal((HttpStatusCode.NotFound, "application/problem+json"), (ended.StatusCode, ended.Content.Headers.ContentType?.MediaType));
        foreach (var role in (ApiRole[])[ApiRole.Read, ApiRole.Supervisor, ApiRole.Agent])
        {
            using var client = host.NewClient(RunningHost.KeyOf(role));
            using var patched = await Send(HttpMethod.Patch, "/api/v1/agents/alice/presence", "k10", client);
            Assert.Equal(HttpStatusCode.MethodNotAllowed, patched.StatusCode);
        }

        static Task<HttpResponseMessage> Send(HttpMethod method, string path, string key, HttpClient client)
        {
            var request = new HttpRequestMessage(method, path);
            request.Headers.Add("Idempotency-Key", key);
            return client.SendAsync(request);
        }
    }

    [Fact]
    public async Task Another_request_under_the_key_is_422_and_another_key_of_the_API_has_its_own()
    {
        await Put("k2", "bob", """{"presence":"Offline"}""");
        foreach (var (agent, body) in ((string, string)[])[("bob", """{"presence":"Away"}"""), ("alice", """{"presence":"Offline"}""")])
        {
            var other = await Put("k2", agent, body);
            Assert.Equal(HttpStatusCode.UnprocessableEntity, other.Status);
            Assert.Contains("urn:callcluster:problem:idempotency-key-reused", other.Body, StringComparison.Ordinal);
        }
        using var desk = host.NewClient(RunningHost.KeyOf(ApiRole.Supervisor));
        Assert.Equal((HttpStatusCode.OK, false), await Outcome(desk));

        static async Task<(HttpStatusCode, bool)> Outcome(HttpClient client)
        {
            var answer = await Put(client, "k2", "bob", """{"presence":"Offline"}""");
            return (answer.Status, answer.IsReplayed);
        }
    }

    [Fact]
    public async Task A_refusal_is_kept_like_any_answer_and_a_bad_key_is_400()
    {
        Assert.Equal(HttpStatusCode.BadRequest, (await Put("k3", "bob", """{"presence":"Busy"}""")).Status);
        var again = await Put("k3", "bob", """{"presence":"Busy"}""");
        Assert.Equal((HttpStatusCode.BadRequest, true), (again.Status, again.IsReplayed));
        Assert.Equal(HttpStatusCode.BadRequest, (await Put(new string('k', 256), "bob", """{"presence":"Offline"}""")).Status);
    }

    [Fact]
    public async Task Of_many_at_once_one_is_made_and_the_others_are_told_so()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Put("k4", "bob", """{"presence":"Offline"}""")));
        Assert.Single(answers, answer => answer is { Status: HttpStatusCode.OK, IsReplayed: false });
        Assert.All(answers, answer => Assert.True(answer.Status is HttpStatusCode.OK or HttpStatusCode.Conflict, answer.Body));
        Assert.All(answers.Where(answer => answer.Status == HttpStatusCode.Conflict), answer => Assert.Contains("idempotency-under-way", answer.Body, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_call_whose_answer_did_not_come_is_found_again_by_the_key_and_not_made_twice()
    {
        var first = await Call("k5", "+442079460001");
        // As after 503: what came of it is not known, and the next try is made.
        await Forget("k5");
        Assert.Equal(first, await Call("k5", "+442079460001"));
        Assert.NotEqual(first, await Call("k6", "+442079460001"));
        await Forget("k5");
        Assert.NotEqual(first, await Call("k5", "+442079460002"));

        async Task Forget(string key)
        {
            var writes = host.Grains.GetGrain<IIdempotencyGrain>("ops");
            await writes.End(key, (await writes.Begin(key, "another request")).Claim, null);
        }

        async Task<string> Call(string key, string to)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/calls") { Content = new StringContent($$"""{"to":"tel:{{to}}","destination":"queue:sales"}""", Encoding.UTF8, "application/json") };
            request.Headers.Add("Idempotency-Key", key);
            using var response = await host.Client.SendAsync(request);
            Assert.True(response.StatusCode == HttpStatusCode.Accepted, await response.Content.ReadAsStringAsync());
            return response.Headers.Location!.ToString();
        }
    }

    private Task<Answer> Put(string? key, string agent, string body) => Put(host.Client, key, agent, body);

    private static async Task<Answer> Put(HttpClient client, string? key, string agent, string body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, $"/api/v1/agents/{agent}/presence") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        if (key is not null) request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        using var response = await client.SendAsync(request);
        return new Answer(response.StatusCode, response.Headers.Contains("Idempotency-Replayed"), await response.Content.ReadAsStringAsync());
    }

    private sealed record Answer(HttpStatusCode Status, bool IsReplayed, string Body);
}
