using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using CallCluster.Host.Api.Access;
using CallCluster.Host.Configuration;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace CallCluster.Host.Tests.Api;

/// <summary>Who may do what: each endpoint with a key of each role.</summary>
public sealed class KeyRoleTests(RunningHost host) : IClassFixture<RunningHost>
{
    // What each role may do. An endpoint that is missing here, or declares something else, fails.
    private static readonly Dictionary<string, (ApiRole? Needs, AgentAccess Agents)> Table = new()
    {
        ["GET /healthz/live"] = (null, AgentAccess.Nothing),
        ["GET /healthz/ready"] = (null, AgentAccess.Nothing),
        ["GET /healthz/startup"] = (null, AgentAccess.Nothing),
        ["* /metrics"] = (null, AgentAccess.Nothing),
        ["GET /openapi/{documentName}.json"] = (ApiRole.Read, AgentAccess.Filtered),
        ["GET /api/v1/events"] = (ApiRole.Read, AgentAccess.Filtered),
        ["GET /api/v1/calls"] = (ApiRole.Read, AgentAccess.Filtered),
        ["GET /api/v1/calls/{id}"] = (ApiRole.Read, AgentAccess.Filtered),
        ["POST /api/v1/calls"] = (ApiRole.Supervisor, AgentAccess.Nothing),
        ["DELETE /api/v1/calls/{id}"] = (ApiRole.Supervisor, AgentAccess.Nothing),
        ["POST /api/v1/calls/{id}/transfer"] = (ApiRole.Supervisor, AgentAccess.OwnCall),
        ["POST /api/v1/calls/{id}/hold"] = (ApiRole.Supervisor, AgentAccess.OwnCall),
        ["POST /api/v1/calls/{id}/resume"] = (ApiRole.Supervisor, AgentAccess.OwnCall),
        ["POST /api/v1/calls/{id}/supervise"] = (ApiRole.Supervisor, AgentAccess.Nothing),
        ["DELETE /api/v1/calls/{id}/supervise"] = (ApiRole.Supervisor, AgentAccess.Nothing),
        ["GET /api/v1/queues"] = (ApiRole.Read, AgentAccess.OwnQueue),
        ["GET /api/v1/queues/{name}"] = (ApiRole.Read, AgentAccess.OwnQueue),
        ["GET /api/v1/queues/{name}/closure"] = (ApiRole.Read, AgentAccess.OwnQueue),
        ["PUT /api/v1/queues/{name}/closure"] = (ApiRole.Supervisor, AgentAccess.Nothing),
        ["GET /api/v1/queues/{name}/callers"] = (ApiRole.Read, AgentAccess.OwnQueue),
        ["POST /api/v1/queues/{name}/callers/{call}/move"] = (ApiRole.Supervisor, AgentAccess.Nothing),
        ["POST /api/v1/queues/{name}/callers/{call}/pick"] = (ApiRole.Supervisor, AgentAccess.Nothing),
        ["PUT /api/v1/queues/{name}/callers/{call}/priority"] = (ApiRole.Supervisor, AgentAccess.Nothing),
        ["DELETE /api/v1/queues/{name}/callers/{call}"] = (ApiRole.Supervisor, AgentAccess.Nothing),
        ["GET /api/v1/agents"] = (ApiRole.Read, AgentAccess.Self),
        ["GET /api/v1/agents/{id}"] = (ApiRole.Read, AgentAccess.Self),
        ["PUT /api/v1/agents/{id}/presence"] = (ApiRole.Supervisor, AgentAccess.Self),
        ["GET /api/v1/trunks"] = (ApiRole.Read, AgentAccess.Nothing),
        ["GET /api/v1/trunks/{name}"] = (ApiRole.Read, AgentAccess.Nothing),
        ["GET /api/v1/edges"] = (ApiRole.Read, AgentAccess.Nothing),
        ["GET /api/v1/edges/{id}"] = (ApiRole.Read, AgentAccess.Nothing),
        ["GET /api/v1/tickets"] = (ApiRole.Read, AgentAccess.Nothing),
        ["GET /api/v1/tickets/{id}"] = (ApiRole.Read, AgentAccess.Nothing),
        ["PUT /api/v1/tickets/{id}"] = (ApiRole.Supervisor, AgentAccess.Nothing),
        ["POST /api/v1/tickets/{id}/call"] = (ApiRole.Supervisor, AgentAccess.Nothing),
        ["GET /api/v1/voicemails/{id}/audio"] = (ApiRole.Supervisor, AgentAccess.Nothing),
    };

    [Fact]
    public void Every_endpoint_declares_who_may_use_it_as_the_table_says()
    {
        var faults = new List<string>();
        foreach (var endpoint in Endpoints())
        {
            var (name, access) = (endpoint.Name, endpoint.Access);
            if (access is null) faults.Add($"{name} declares no role: give it .Needs(ApiRole...), and a line in this test's table");
            else if (!Table.TryGetValue(name, out var expected)) faults.Add($"{name} is not in this test's table: it declares {access}");
            else if (expected != (access.Needs, access.Agents)) faults.Add($"{name} declares {access}, the table says {expected}");
        }
        faults.AddRange(Table.Keys.Except(Endpoints().Select(endpoint => endpoint.Name)).Select(gone => $"{gone} is in the table and is mapped no longer"));
        Assert.True(faults.Count == 0, string.Join('\n', faults));
    }

    [Theory]
    [InlineData("Read")]
    [InlineData("Agent")]
    [InlineData("Supervisor")]
    [InlineData("Admin")]
    public async Task A_key_passes_where_its_role_is_enough_and_nowhere_else(string name)
    {
        var role = Enum.Parse<ApiRole>(name);
        using var client = host.NewClient(RunningHost.KeyOf(role));
        foreach (var mapped in Endpoints())
        {
            var (endpoint, route, method) = (mapped.Name, mapped.Route, mapped.Method);
            if (Table[endpoint].Needs is not { } needs) continue;
            var (own, foreign) = (Path(route, "alice", "support"), Path(route, "bob", "sales"));
            foreach (var path in (string[])[own, foreign])
            {
                var passes = role switch
                {
                    ApiRole.Admin => true,
                    ApiRole.Supervisor => needs is ApiRole.Read or ApiRole.Supervisor,
                    ApiRole.Read => needs == ApiRole.Read,
                    _ => Table[endpoint].Agents switch
                    {
                        AgentAccess.OwnCall or AgentAccess.Filtered => true,
                        AgentAccess.Self => route.Contains("{id}", StringComparison.Ordinal) && path == own,
                        AgentAccess.OwnQueue => route.Contains("{name}", StringComparison.Ordinal) && path == own,
                        _ => false,
                    },
                };
                using var request = new HttpRequestMessage(new HttpMethod(method), path);
                if (method is "PUT" or "POST") request.Content = new StringContent("{}", Encoding.UTF8, "application/json");
                // The stream of events has no end.
                using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
                Assert.True(passes != (response.StatusCode == HttpStatusCode.Forbidden), $"{role}: {method} {path} got {(int)response.StatusCode}");
                if (passes) continue;
                var problem = (await response.Content.ReadFromJsonAsync<JsonNode>())!;
                Assert.Equal(("urn:callcluster:problem:role-needed", needs.ToString()), ((string?)problem["type"], (string?)problem["neededRole"]));
            }
        }
    }

    [Fact]
    public async Task An_agent_sets_the_own_presence_and_no_other()
    {
        using var client = host.NewClient(RunningHost.KeyOf(ApiRole.Agent));
        using var own = await client.PutAsJsonAsync("/api/v1/agents/alice/presence", new { presence = "Away" });
        Assert.Equal(HttpStatusCode.OK, own.StatusCode);
        using var foreign = await client.PutAsJsonAsync("/api/v1/agents/bob/presence", new { presence = "Available" });
        Assert.Equal(HttpStatusCode.Forbidden, foreign.StatusCode);
        Assert.Equal("Offline", (string?)(await host.Client.GetFromJsonAsync<JsonNode>("/api/v1/agents/bob"))!["presence"]);
    }

    [Fact]
    public async Task A_key_is_replaced_by_writing_its_file_and_another_stays_valid_meanwhile()
    {
        using var next = host.NewClient("k3y-that-comes-next");
        using var replaced = host.NewClient("k3y-that-came-after");
        Assert.Equal(HttpStatusCode.OK, await Ask(next));
        Assert.Equal(HttpStatusCode.Unauthorized, await Ask(replaced));
        host.Directory.Write("ops-next.key", "k3y-that-came-after\n");
        // A file is looked at again after a second.
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (await Ask(replaced) != HttpStatusCode.OK) await Task.Delay(500, patience.Token);
        Assert.NotEqual(HttpStatusCode.OK, await Ask(next));
        Assert.Equal(HttpStatusCode.OK, await Ask(host.Client));
    }

    private static async Task<HttpStatusCode> Ask(HttpClient client)
    {
        using var response = await client.GetAsync("/api/v1/queues");
        return response.StatusCode;
    }

    private static string Path(string route, string id, string name) => route
        .Replace("{id}", id, StringComparison.Ordinal).Replace("{name}", name, StringComparison.Ordinal).Replace("{call}", "c1", StringComparison.Ordinal).Replace("{documentName}", "v1", StringComparison.Ordinal);

    private IEnumerable<Mapped> Endpoints() =>
        from source in host.Services.GetServices<EndpointDataSource>()
        from endpoint in source.Endpoints.OfType<RouteEndpoint>()
        from method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["*"]
        where method != "HEAD"
        select new Mapped(method, "/" + endpoint.RoutePattern.RawText!.Trim('/'), endpoint.Metadata.GetMetadata<EndpointAccess>());

    private sealed record Mapped(string Method, string Route, EndpointAccess? Access)
    {
        public string Name => $"{Method} {Route}";
    }
}
