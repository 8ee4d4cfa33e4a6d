using System.Net.Http.Json;
using System.Text.Json.Nodes;
using CallCluster.Host.Configuration;

namespace CallCluster.Host.Tests.Api;

/// <summary>What the API refuses; what it does is tested end to end.</summary>
public sealed class ConversationApiTests(RunningHost host) : IClassFixture<RunningHost>
{
    [Theory]
    [InlineData("transfer", """{"to":"queue:nowhere"}""", 400, "to: Queues has no nowhere.")]
    [InlineData("transfer", """{"to":"hangup:480"}""", 400, "to may not be hangup: here.")]
    [InlineData("transfer", """{"to":"tel:+15550100"}""", 400, "to: Outbound:Allow does not permit tel:+15550100.")]
    [InlineData("transfer", "{}", 400, "to may hold queue:NAME, queue:NAME/AGENT, agent:ID, voicemail:BOX, flow:NAME, tel:NUMBER or sip:URI.")]
    [InlineData("transfer", """{"to":"queue:sales"}""", 404, "There is no call c1.")]
    [InlineData("hold", "{}", 404, "There is no call c1.")]
    [InlineData("resume", "{}", 404, "There is no call c1.")]
    public async Task What_cannot_be_is_refused_with_its_reason(string what, string body, int status, string detail)
    {
        foreach (var role in (ApiRole[])[ApiRole.Supervisor, ApiRole.Agent])
        {
            using var client = host.NewClient(RunningHost.KeyOf(role));
            using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
            using var response = await client.PostAsync($"/api/v1/calls/c1/{what}", content);
            Assert.Equal((status, detail), ((int)response.StatusCode, (string?)(await response.Content.ReadFromJsonAsync<JsonNode>())!["detail"]));
        }
    }
}
