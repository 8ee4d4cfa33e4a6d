using System.Net.Http.Headers;
using CallCluster.Host.Cluster;
using CallCluster.Host.Configuration;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;

namespace CallCluster.Host.Tests.Api;

/// <summary>A silo with its API on a free port of loopback, as <c>run</c> composes it.</summary>
public sealed class RunningHost : IAsyncLifetime
{
    private const string Configuration = """
        { "CallCluster": {
            "Api": { "Listen": "http://127.0.0.1:0", "Keys": [ { "Name": "ops", "KeyFile": "ops.key" }, { "Name": "ops-next", "KeyFile": "ops-next.key" },
                { "Name": "wallboard", "Role": "Read", "KeyFile": "Read.key" }, { "Name": "desk", "Role": "Supervisor", "KeyFile": "Supervisor.key" },
                { "Name": "alice", "Role": "Agent", "Agent": "alice", "KeyFile": "Agent.key" } ] },
            "Log": { "Level": "Warning" },
            "Trunks": { "carrier": { "AllowFrom": ["203.0.113.0/24"], "MaxChannels": 7, "Proxy": "sip:203.0.113.1" } },
            "Outbound": { "Allow": ["+44"], "Routes": [ { "Prefix": "+44", "Trunks": ["carrier"] } ], "CallerId": "+15550100" },
            "Numbers": { "1": "queue:support" },
            "Queues": { "support": { "Overflow": [ { "When": "Closed", "To": "hangup:480" } ] }, "sales": { } },
            "Agents": { "alice": { "Contact": "sip:alice@127.0.0.1:9", "Queues": ["support"], "Skills": { "es": 4 } }, "bob": { "Contact": "sip:bob@127.0.0.1:9", "Presence": "Offline" } } } }
        """;

    private WebApplication? _app;

    public TemporaryDirectory Directory { get; } = new();

    /// <summary>Sends the key.</summary>
    public HttpClient Client { get; private set; } = null!;

    public IServiceProvider Services => _app!.Services;

    public IGrainFactory Grains => Services.GetRequiredService<IGrainFactory>();

    public async ValueTask InitializeAsync()
    {
        Directory.Write("ops.key", "k3y-of-the-operators\n");
        Directory.Write("ops-next.key", "k3y-that-comes-next\n");
        foreach (var role in Enum.GetValues<ApiRole>()) Directory.Write($"{role}.key", KeyOf(role));
        var reader = new ConfigurationReader([Directory.Write("callcluster.json", Configuration)], []);
        var options = reader.Read(out var errors);
        Assert.Empty(errors.Lines);
        _app = Program.Compose(Role.Silo, options, reader);
        await _app.StartAsync();
        Client = NewClient("k3y-of-the-operators");
    }

    /// <summary>What stands in the file of the role's key; alice's for Agent, none is configured for Admin.</summary>
    internal static string KeyOf(ApiRole role) => role == ApiRole.Admin ? "k3y-of-the-operators" : $"a-key-of-the-role-{role}";

    public HttpClient NewClient(string key)
    {
        var client = NewClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return client;
    }

    public HttpClient NewClient() => new() { BaseAddress = new Uri(Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()) };

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app!.StopAsync();
        await _app.DisposeAsync();
        Directory.Dispose();
    }
}
