using System.Diagnostics.Metrics;
using System.Security.Cryptography;
using CallCluster.Contracts.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace CallCluster.Host.Configuration;

/// <summary>
/// Watches the configuration files and swaps the routing when they have changed and are valid. A bad change changes nothing: it is logged and counted.
/// What is not routing (listeners, cluster, API …) keeps its value until a restart, and the log says so.
/// </summary>
internal sealed partial class ConfigurationReload : IHostedService, IDisposable
{
    // Editors and mounted ConfigMaps write in several steps, and a symbolic link that is swapped tells nothing: hence the pause and the slow sweep.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Sweep = TimeSpan.FromSeconds(10);
    private static readonly Meter Meter = new("CallCluster");
    private static readonly Counter<long> Reloads =
        Meter.CreateCounter<long>("callcluster.configuration.reloads", "{reload}", "Changes of the configuration files, by whether they were applied.");

    private readonly ConfigurationReader _reader;
    private readonly RoutingConfiguration _routing;
    private readonly ILogger<ConfigurationReload> _logger;
    private readonly Lock _lock = new();
    private readonly List<FileSystemWatcher> _watchers = [];
    private readonly ITimer _timer;
    private CallClusterOptions _inForce;
    private string _contents;
    private bool _isDue;

    public ConfigurationReload(ConfigurationReader reader, CallClusterOptions inForce, RoutingConfiguration routing, TimeProvider clock, ILogger<ConfigurationReload> logger)
    {
        (_reader, _inForce, _routing, _logger) = (reader, inForce, routing, logger);
        _contents = Contents();
        _timer = clock.CreateTimer(static state => ((ConfigurationReload)state!).ReloadIfChanged(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>After each attempt to reload: whether it was applied. Raised on a thread of the pool.</summary>
    public event Action<bool>? Attempted;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (_reader.Files.Count == 0) return Task.CompletedTask;
        foreach (var files in _reader.Files.GroupBy(file => Path.GetDirectoryName(file)!, StringComparer.Ordinal)) Watch(files.Key, files);
        _timer.Change(Sweep, Sweep);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        Dispose();
        return Task.CompletedTask;
    }

    public void Dispose()
    {
        foreach (var watcher in _watchers) watcher.Dispose();
        _timer.Dispose();
    }

    // Only the files themselves: call detail records may be written beside them all the time.
    private void Watch(string directory, IEnumerable<string> files)
    {
        try
        {
            var watcher = new FileSystemWatcher(directory);
            _watchers.Add(watcher);
            foreach (var file in files) watcher.Filters.Add(Path.GetFileName(file));
            watcher.Changed += OnChanged;
            watcher.Created += OnChanged;
            watcher.Renamed += OnChanged;
            watcher.Error += (_, error) => LogUnwatched(directory, Sweep.TotalSeconds, error.GetException());
            watcher.EnableRaisingEvents = true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            LogUnwatched(directory, Sweep.TotalSeconds, exception);
        }

        // A reload that is due is not put off, or changes that keep coming would put it off for ever.
        void OnChanged(object sender, FileSystemEventArgs change)
        {
            if (!Interlocked.Exchange(ref _isDue, true)) _timer.Change(Pause, Sweep);
        }
    }

    private void ReloadIfChanged()
    {
        Volatile.Write(ref _isDue, false);
        lock (_lock)
        {
            try
            {
                var contents = Contents();
                if (contents == _contents) return;
                _contents = contents;
                Reload();
            }
            catch (Exception exception)
            {
                LogFailed(exception);
                Count(applied: false);
            }
        }
    }

    private void Reload()
    {
        var next = _reader.Read(out var errors);
        if (errors.Any)
        {
            foreach (var line in errors.Lines) LogRefused(line);
            LogUnchanged(errors.Lines.Count);
            Count(applied: false);
            return;
        }
        if (WithoutRouting(next) != WithoutRouting(_inForce)) LogNeedsRestart();
        _routing.Replace(next.ToRouting());
        _inForce = next;
        LogApplied(next.Trunks.Count, next.Queues.Count, next.Agents.Count);
        Count(applied: true);
    }

    private void Count(bool applied)
    {
        Reloads.Add(1, new KeyValuePair<string, object?>("outcome", applied ? "applied" : "refused"));
        Attempted?.Invoke(applied);
    }

    private string Contents() => string.Join(' ', _reader.Files.Select(file =>
    {
        try
        {
            return Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file)));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return "none";
        }
    }));

    // Compared as text: records compare their collections by reference.
    private static string WithoutRouting(CallClusterOptions options)
    {
        var routing = new RoutingOptions();
        return System.Text.Json.JsonSerializer.Serialize(options with
        {
            Trunks = routing.Trunks,
            Outbound = routing.Outbound,
            Numbers = routing.Numbers,
            Flows = routing.Flows,
            Hours = routing.Hours,
            Queues = routing.Queues,
            Agents = routing.Agents,
            Voicemail = routing.Voicemail,
            Recordings = routing.Recordings,
        });
    }

    [LoggerMessage(LogLevel.Information, "The configuration was reloaded: {Trunks} trunks, {Queues} queues, {Agents} agents.")]
    private partial void LogApplied(int trunks, int queues, int agents);

    [LoggerMessage(LogLevel.Error, "Configuration: {Error}")]
    private partial void LogRefused(string error);

    [LoggerMessage(LogLevel.Error, "The changed configuration has {Errors} errors and was not taken; the one before stays in force. Correct the file: it is read again when it changes.")]
    private partial void LogUnchanged(int errors);

    [LoggerMessage(LogLevel.Warning, "The changed configuration has changes beside trunks, outbound rules, numbers, flows, hours, queues, agents, voicemail boxes and recordings: restart this process to apply them.")]
    private partial void LogNeedsRestart();

    [LoggerMessage(LogLevel.Warning, "Changes of the configuration files in {Directory} are not told at once: they are looked for every {Seconds} s. If inotify is at its limit, raise fs.inotify.max_user_instances or max_user_watches.")]
    private partial void LogUnwatched(string directory, double seconds, Exception exception);

    [LoggerMessage(LogLevel.Error, "The changed configuration could not be read; the one before stays in force.")]
    private partial void LogFailed(Exception exception);
}
