using System.Collections.Frozen;
using CallCluster.Contracts.Events;
using CallCluster.Host.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CallCluster.Host.Webhooks;

/// <summary>The silo's outbox: keeps each event for every webhook that wants it. One process owns the directory.</summary>
internal sealed partial class WebhookOutbox : IHostedLifecycleService, IAsyncDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);
    private readonly FrozenDictionary<EventKind, Webhook[]> _wanting;
    private readonly Webhook[] _webhooks;
    private readonly OutboxWriter[] _outboxes;
    private readonly string _directory;
    private readonly string _source;
    private readonly ILogger<WebhookOutbox> _logger;
    private FileStream? _ownership;

    public WebhookOutbox(CallClusterOptions options, TimeProvider clock, WebhookMetrics metrics, ILogger<WebhookOutbox> logger)
    {
        (_directory, _source, _logger) = (options.Records.OutboxDirectory, CloudEvent.SourceOf(options.Cluster), logger);
        var byName = options.Webhooks.ToDictionary(entry => entry.Key, entry => new OutboxWriter(entry.Key, new OutboxFiles(Path.Combine(_directory, entry.Key)), metrics, clock, logger), StringComparer.Ordinal);
        _outboxes = [.. byName.Values];
        _webhooks = [.. options.Webhooks.Select(entry => new Webhook(entry.Key, byName[entry.Key], new WebhookPost(entry.Value, clock, Webhook.AtOnce, Timeout), metrics, clock, logger))];
        _wanting = Enum.GetValues<EventKind>()
            .ToFrozenDictionary(kind => kind, kind => _webhooks.Where(webhook => options.Webhooks[webhook.Name].Events.Any(pattern => !kind.IsLive() && EventKinds.Matching(pattern).Contains(kind))).ToArray());
        metrics.Watch(_webhooks);
    }

    /// <inheritdoc cref="Grains.Events.IEventOutbox.Wants"/>
    public bool Wants(EventKind kind) => _wanting[kind].Length > 0;

    /// <inheritdoc cref="Grains.Events.IEventOutbox.Add"/>
    public Task Add(ClusterEvent happened)
    {
        var wanting = _wanting[happened.Kind];
        if (wanting.Length == 0) return Task.CompletedTask;
        var body = CloudEvent.Write(happened, _source);
        return wanting.Length == 1 ? wanting[0].Add(happened.Id, body, happened.Time) : Task.WhenAll(wanting.Select(webhook => webhook.Add(happened.Id, body, happened.Time)));
    }

    /// <summary>Before the silo: its grains find an outbox that takes.</summary>
    /// <exception cref="IOException">The directory cannot be used, or another process does.</exception>
    public Task StartingAsync(CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(_directory);
        try
        {
            _ownership = new FileStream(Path.Combine(_directory, "owner"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException exception)
        {
            throw new IOException($"Records:OutboxDirectory {_directory} belongs to another process ({exception.Message}): give each its own.", exception);
        }
        foreach (var outbox in _outboxes) outbox.Start();
        foreach (var left in Directory.GetDirectories(_directory).Select(Path.GetFileName).Except(_webhooks.Select(webhook => webhook.Name))) LogOrphan(left!, _directory);
        return Task.CompletedTask;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>After the silo: what its grains said last is kept.</summary>
    public Task StoppedAsync(CancellationToken cancellationToken) => DisposeAsync().AsTask();

    public async ValueTask DisposeAsync()
    {
        if (_ownership is not { } owned) return;
        _ownership = null;
        foreach (var webhook in _webhooks) await webhook.DisposeAsync();
        await owned.DisposeAsync();
    }

    [LoggerMessage(LogLevel.Warning, "The outbox of webhook {Webhook} below {Directory} may hold events, and there is no such webhook any more. Configure it again to have them delivered, or remove its directory.")]
    private partial void LogOrphan(string webhook, string directory);
}
