using System.Net.Http.Json;
using System.Text.Json.Nodes;
using CallCluster.Host.Api.Access;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace CallCluster.Host.Tests.Api;

public sealed class ApiDescriptionTests(RunningHost host) : IClassFixture<RunningHost>
{
    [Fact]
    public async Task Every_endpoint_is_described_with_what_it_does_who_may_and_how_it_fails()
    {
        var document = (await host.Client.GetFromJsonAsync<JsonNode>("/openapi/v1.json"))!;
        Assert.Equal("bearer", (string?)document["components"]!["securitySchemes"]!["bearer"]!["scheme"]);
        var endpoints = (from source in host.Services.GetServices<EndpointDataSource>()
                         from endpoint in source.Endpoints.OfType<RouteEndpoint>()
                         let route = "/" + endpoint.RoutePattern.RawText!.Trim('/')
                         where route.StartsWith("/api/", StringComparison.Ordinal)
                         from method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods
                         select (Route: route, Method: method, Access: endpoint.Metadata.GetMetadata<EndpointAccess>()!)).ToList();
        Assert.NotEmpty(endpoints);
        foreach (var (route, method, access) in endpoints)
        {
            var operation = document["paths"]![route]?[method.ToLowerInvariant()];
            Assert.True(operation is not null, $"{method} {route} is not described");
            Assert.False(string.IsNullOrEmpty((string?)operation["summary"]), $"{method} {route} has no summary");
            Assert.StartsWith($"Needs a key of role {access.Needs}", (string?)operation["description"], StringComparison.Ordinal);
            Assert.NotNull(operation["security"]![0]!["bearer"]);
            var responses = operation["responses"]!.AsObject().Select(response => response.Key).ToList();
            Assert.Contains("401", responses);
            Assert.Contains("403", responses);
            Assert.Contains(responses, status => status.StartsWith('2'));
            // What the route names are its parameters, and nothing that clients cannot send is one.
            var parameters = operation["parameters"]?.AsArray().Select(parameter => (string)parameter!["name"]!).ToList() ?? [];
            Assert.Equal(route.Split('{')[1..].Select(part => part[..part.IndexOf('}', StringComparison.Ordinal)]).Order(), parameters.Intersect(["id", "name", "call"]).Order());
            Assert.DoesNotContain("caller", parameters);
        }
    }
}
