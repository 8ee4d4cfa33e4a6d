using System.Threading.Channels;
using CallCluster.Contracts.Configuration;
using CallCluster.Host.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace CallCluster.Host.Tests.Configuration;

public sealed class ConfigurationReloadTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly TemporaryDirectory _directory = new();
    private readonly Channel<bool> _attempts = Channel.CreateUnbounded<bool>();
    private readonly RecordingLogger _log = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_change_swaps_the_routing_as_a_whole()
    {
        using var reload = await Start("""{"CallCluster":{"Queues":{"a":{}}}}""");
        var before = Routing.Current;
        Write("""{"CallCluster":{"Queues":{"a":{"WrapUp":"00:00:09"},"b":{}},"Numbers":{"1":"queue:b"}}}""");
        Assert.True(await NextAttempt());
        Assert.Equal(["a", "b"], Routing.Current.Queues.Keys.Order());
        Assert.Equal("queue:b", Routing.Current.Numbers["1"]);
        Assert.Equal(["a"], before.Queues.Keys);
        Assert.Equal(TimeSpan.Zero, before.Queues["a"].WrapUp);
    }

    [Fact]
    public async Task A_bad_change_changes_nothing_and_tells_every_error_and_a_good_one_afterwards_is_taken()
    {
        using var reload = await Start("""{"CallCluster":{"Queues":{"a":{}}}}""");
        var before = Routing.Current;
        Write("""{"CallCluster":{"Queues":{"b":{"Typo":1}},"Numbers":{"1":"queue:none"}}}""");
        Assert.False(await NextAttempt());
        Assert.Same(before, Routing.Current);
        Assert.Contains(_log.Lines, line => line.Contains("CallCluster:Queues:b:Typo", StringComparison.Ordinal));
        Assert.Contains(_log.Lines, line => line.Contains("CallCluster:Numbers:1", StringComparison.Ordinal));

        Write("""{"CallCluster":{"Queues":{"b":{}}}}""");
        Assert.True(await NextAttempt());
        Assert.Equal(["b"], Routing.Current.Queues.Keys);
    }

    [Fact]
    public async Task A_file_that_is_replaced_by_renaming_is_seen()
    {
        using var reload = await Start("""{"CallCluster":{"Queues":{"a":{}}}}""");
        File.Move(_directory.Write("next", """{"CallCluster":{"Queues":{"c":{}}}}"""), Path.Combine(_directory.Root, "callcluster.json"), overwrite: true);
        Assert.True(await NextAttempt());
        Assert.Equal(["c"], Routing.Current.Queues.Keys);
    }

    [Theory]
    [InlineData("calls.jsonl")]
    [InlineData("callcluster.json")]
    public async Task Files_that_change_all_the_time_do_not_put_a_reload_off(string busy)
    {
        using var reload = await Start("""{"CallCluster":{"Queues":{"a":{}}}}""");
        _directory.Write("calls.jsonl", "");
        File.Move(_directory.Write("next", """{"CallCluster":{"Queues":{"b":{}}}}"""), Path.Combine(_directory.Root, "callcluster.json"), overwrite: true);
        var since = TimeProvider.System.GetTimestamp();
        var written = DateTime.UnixEpoch;
        while (_attempts.Reader.Count == 0 && TimeProvider.System.GetElapsedTime(since) < Patience)
            File.SetLastWriteTimeUtc(Path.Combine(_directory.Root, busy), written += TimeSpan.FromSeconds(1));
        Assert.True(_attempts.Reader.TryRead(out var applied) && applied);
        Assert.Equal(["b"], Routing.Current.Queues.Keys);
    }

    [Fact]
    public async Task Where_files_cannot_be_watched_it_starts_all_the_same_and_looks_for_changes_every_10_s()
    {
        var clock = new FakeTimeProvider();
        var file = Path.Combine(_directory.Root, "away", "callcluster.json");
        _directory.Write("away/callcluster.json", """{"CallCluster":{"Queues":{"a":{}}}}""");
        using var reload = await Start(file, clock, beforeStart: () => Directory.Delete(Path.Combine(_directory.Root, "away"), recursive: true));
        Assert.Contains(_log.Lines, line => line.Contains("every 10 s", StringComparison.Ordinal));

        _directory.Write("away/callcluster.json", """{"CallCluster":{"Queues":{"b":{}}}}""");
        clock.Advance(TimeSpan.FromSeconds(10));
        Assert.True(await NextAttempt());
        Assert.Equal(["b"], Routing.Current.Queues.Keys);
    }

    [Fact]
    public async Task What_needs_a_restart_is_said()
    {
        using var reload = await Start("""{"CallCluster":{"Queues":{"a":{}}}}""");
        Write("""{"CallCluster":{"Sip":{"Domain":"new.example"},"Queues":{"b":{}}}}""");
        Assert.True(await NextAttempt());
        Assert.Equal(["b"], Routing.Current.Queues.Keys);
        Assert.Contains(_log.Lines, line => line.Contains("restart", StringComparison.Ordinal));
    }

    private RoutingConfiguration Routing { get; set; } = new(new RoutingOptions());

    private Task<ConfigurationReload> Start(string text)
    {
        Write(text);
        return Start(Path.Combine(_directory.Root, "callcluster.json"), TimeProvider.System);
    }

    private async Task<ConfigurationReload> Start(string file, TimeProvider clock, Action? beforeStart = null)
    {
        var reader = new ConfigurationReader([file], []);
        var options = reader.Read(out var errors);
        Assert.Empty(errors.Lines);
        Routing = new RoutingConfiguration(options.ToRouting());
        var reload = new ConfigurationReload(reader, options, Routing, clock, _log);
        reload.Attempted += applied => _attempts.Writer.TryWrite(applied);
        beforeStart?.Invoke();
        await reload.StartAsync(CancellationToken.None);
        return reload;
    }

    private void Write(string text) => _directory.Write("callcluster.json", text);

    private async Task<bool> NextAttempt() => await _attempts.Reader.ReadAsync().AsTask().WaitAsync(Patience);

    private sealed class RecordingLogger : ILogger<ConfigurationReload>
    {
        private readonly List<string> _lines = [];

        public IReadOnlyList<string> Lines
        {
            get
            {
                lock (_lines) return [.. _lines];
            }
        }

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (_lines) _lines.Add(formatter(state, exception));
        }
    }
}
