using System.Net;
using CallCluster.Host.Api.Access;

namespace CallCluster.Host.Tests.Api;

public sealed class FailedTriesTests(RunningHost host) : IClassFixture<RunningHost>
{
    [Fact]
    public async Task Who_tries_many_keys_is_slowed_down_and_who_has_one_is_not()
    {
        using var guesser = host.NewClient("a-key-that-nobody-has");
        var answers = new List<HttpStatusCode>();
        // A few more than come back while the test runs.
        for (var i = 0; i < FailedTries.Burst * 3; i++)
        {
            using var response = await guesser.GetAsync("/api/v1/queues");
            answers.Add(response.StatusCode);
            if (response.StatusCode == HttpStatusCode.TooManyRequests) Assert.Equal(3, response.Headers.RetryAfter?.Delta?.TotalSeconds);
        }
        Assert.All(answers.Take(FailedTries.Burst), status => Assert.Equal(HttpStatusCode.Unauthorized, status));
        Assert.Contains(HttpStatusCode.TooManyRequests, answers);

        using var known = await host.Client.GetAsync("/api/v1/queues");
        Assert.Equal(HttpStatusCode.OK, known.StatusCode);
        using var open = host.NewClient();
        var metrics = await open.GetStringAsync("/metrics");
        Assert.Contains("callcluster_api_refusals_total{otel_scope_name=\"CallCluster\",reason=\"limited\"}", metrics, StringComparison.Ordinal);
        Assert.DoesNotContain("a-key-that-nobody-has", metrics, StringComparison.Ordinal);
    }

    [Fact]
    public void Each_address_has_its_own_limit_and_an_IPv6_network_one()
    {
        using var tries = new FailedTries();
        for (var i = 0; i < FailedTries.Burst; i++) Assert.Null(tries.Add(IPAddress.Parse($"2001:db8::{i:x}")));
        Assert.NotNull(tries.Add(IPAddress.Parse("2001:db8::ffff")));
        Assert.Null(tries.Add(IPAddress.Parse("2001:db8:0:1::1")));
        Assert.Null(tries.Add(IPAddress.Parse("192.0.2.1")));
        for (var i = 1; i < FailedTries.Burst; i++) Assert.Null(tries.Add(IPAddress.Parse("::ffff:192.0.2.1")));
        Assert.NotNull(tries.Add(IPAddress.Parse("192.0.2.1")));
    }
}
