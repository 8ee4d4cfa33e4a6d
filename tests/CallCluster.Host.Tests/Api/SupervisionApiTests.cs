using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace CallCluster.Host.Tests.Api;

/// <summary>What the API refuses; what it does is tested end to end.</summary>
public sealed class SupervisionApiTests(RunningHost host) : IClassFixture<RunningHost>
{
    [Theory]
    [InlineData("""{"supervisor":"alice","mode":"listen"}""", 400, "mode may hold Listen, Whisper, Barge.")]
    [InlineData("""{"supervisor":"alice","mode":"1"}""", 400, "mode may hold Listen, Whisper, Barge.")]
    [InlineData("""{"supervisor":"alice"}""", 400, "mode may hold Listen, Whisper, Barge.")]
    [InlineData("""{"supervisor":"carol","mode":"Barge"}""", 400, "supervisor names no agent of Agents.")]
    [InlineData("""{"mode":"Barge"}""", 400, "supervisor names no agent of Agents.")]
    [InlineData("""{"supervisor":"alice","mode":"Barge"}""", 404, "There is no call c1.")]
    public async Task What_cannot_be_is_refused_with_its_reason(string body, int status, string detail)
    {
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        using var response = await host.Client.PostAsync("/api/v1/calls/c1/supervise", content);
        Assert.Equal((status, detail), ((int)response.StatusCode, (string?)(await response.Content.ReadFromJsonAsync<JsonNode>())!["detail"]));
    }

    [Fact]
    public async Task Nothing_can_be_ended_of_a_call_that_is_not_there()
    {
        using var response = await host.Client.DeleteAsync("/api/v1/calls/c1/supervise");
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }
}
