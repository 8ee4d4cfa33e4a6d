using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using CallCluster.Contracts.Tickets;
using CallCluster.Edge;
using CallCluster.Host.Cluster;
using CallCluster.Host.Configuration;
using CallCluster.Media.Wav;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace CallCluster.Host.Demo;

/// <summary>The product itself, role all, on free loopback ports: composed as <c>callcluster run</c> does, from a configuration file that is read and checked
/// as any other. What the demo knows of it, it knows over HTTP.</summary>
internal sealed class DemoCluster : IAsyncDisposable
{
    private static readonly TimeSpan PollEvery = TimeSpan.FromMilliseconds(50);
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter() } };
    private readonly WebApplication _app;
    private readonly TimeSpan _patience;

    private DemoCluster(WebApplication app, TimeSpan patience)
    {
        _app = app;
        _patience = patience;
    }

    /// <summary>Where callers and agents reach it.</summary>
    public IPEndPoint SipAddress { get; private set; } = new(IPAddress.None, 0);

    public HttpClient Api { get; private set; } = new();

    /// <summary>Starts it and waits until it takes calls.</summary>
    /// <exception cref="InvalidOperationException">Its configuration is refused.</exception>
    public static async Task<DemoCluster> StartAsync(DemoDirectory directory, string carolsPhone, TimeSpan patience, CancellationToken cancellationToken)
    {
        var file = Path.Combine(directory.Root, "callcluster.json");
        await File.WriteAllTextAsync(file, DemoConfiguration.For(directory, carolsPhone).ToJsonString(), cancellationToken);
        var reader = new ConfigurationReader([file], []);
        var options = reader.Read(out var errors);
        if (errors.Any)
            throw new InvalidOperationException(string.Join(Environment.NewLine, errors.Lines));

        var cluster = new DemoCluster(Program.Compose(Role.All, options, reader), patience);
        try
        {
            await cluster._app.StartAsync(cancellationToken);
            cluster.SipAddress = cluster._app.Services.GetRequiredService<EdgeServer>().Listeners[0].LocalEndPoint;
            cluster.Api = new HttpClient { BaseAddress = new Uri(cluster._app.Urls.First()) };
            await cluster.UntilAsync(async () => (await cluster.Api.GetAsync("/healthz/ready", cancellationToken)).IsSuccessStatusCode, cancellationToken);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>The URI under which a caller dials a number.</summary>
    public string Number(string number) => $"sip:{number}@{SipAddress}";

    public Task WaitForPresenceAsync(string agent, string presence, CancellationToken cancellationToken) =>
        UntilAsync(async () => (string?)(await GetAsync($"/api/v1/agents/{agent}", cancellationToken))?["presence"] == presence, cancellationToken);

    public Task WaitForNoCallsAsync(CancellationToken cancellationToken) =>
        UntilAsync(async () => await GetAsync("/api/v1/calls", cancellationToken) is JsonArray { Count: 0 }, cancellationToken);

    /// <summary>The first ticket that appears.</summary>
    public async Task<Ticket> WaitForTicketAsync(CancellationToken cancellationToken)
    {
        Ticket? ticket = null;
        await UntilAsync(async () => (ticket = (await GetAsync("/api/v1/tickets", cancellationToken)).Deserialize<Ticket[]>(Json)!.FirstOrDefault()) is not null, cancellationToken);
        return ticket!;
    }

    /// <summary>A ticket's audio, 8000 Hz.</summary>
    public async Task<short[]> GetAudioAsync(string ticket, CancellationToken cancellationToken) =>
        WavReader.Read(await Api.GetByteArrayAsync($"/api/v1/voicemails/{ticket}/audio", cancellationToken));

    public async ValueTask DisposeAsync()
    {
        Api.Dispose();
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
    }

    private async Task<JsonNode?> GetAsync(string path, CancellationToken cancellationToken) => JsonNode.Parse(await Api.GetStringAsync(path, cancellationToken));

    private async Task UntilAsync(Func<Task<bool>> condition, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(_patience);
        using var timer = new PeriodicTimer(PollEvery);
        try
        {
            while (!await condition())
                await timer.WaitForNextTickAsync(patience.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException();
        }
    }
}
