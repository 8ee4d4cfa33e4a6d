using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using CallCluster.Contracts.Events;
using CallCluster.Host.Configuration;
using CallCluster.Host.Webhooks;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace CallCluster.Host.Tests.Webhooks;

/// <summary>The outbox and delivery of one webhook "crm" in a directory of the test's, as a process has them.</summary>
internal sealed class RunningWebhook : IAsyncDisposable
{
    private readonly WebhookMetrics _metrics;

    private RunningWebhook(Webhook webhook, WebhookMetrics metrics, FakeTimeProvider clock) => (Webhook, _metrics, Clock) = (webhook, metrics, clock);

    public Webhook Webhook { get; }

    public FakeTimeProvider Clock { get; }

    public LogLines Log { get; private init; } = null!;

    /// <param name="directory">Of the test.</param>
    /// <param name="url">The receiver's.</param>
    /// <param name="clock">The time.</param>
    /// <param name="timeout">How long an answer may take, by the machine's clock.</param>
    /// <param name="room">How many events may wait.</param>
    public static RunningWebhook Start(TemporaryDirectory directory, string url, FakeTimeProvider clock, TimeSpan? timeout = null, int room = 1000)
    {
        var log = new LogLines();
        var metrics = new WebhookMetrics();
        var outbox = new OutboxWriter("crm", new OutboxFiles(Path.Combine(directory.Root, "outbox")), metrics, clock, log, room);
        var options = new WebhookOptions { Url = url, SecretFile = directory.Write("hook.secret", "s3cret\n"), Events = ["*"] };
        var webhook = new Webhook("crm", outbox, new WebhookPost(options, clock, Webhook.AtOnce, timeout ?? TimeSpan.FromSeconds(30)), metrics, clock, log);
        outbox.Start();
        return new RunningWebhook(webhook, metrics, clock) { Log = log };
    }

    /// <summary>Keeps call.ended of call-N for each of the numbers.</summary>
    public Task Add(int from, int count) => Task.WhenAll(Enumerable.Range(from, count).Select(i =>
    {
        var happened = new ClusterEvent(string.Create(CultureInfo.InvariantCulture, $"call-{i}/ended"), EventKind.CallEnded, $"call-{i}", Clock.GetUtcNow(), Encoding.UTF8.GetBytes($$"""{"id":"call-{{i}}"}"""));
        return Webhook.Add(happened.Id, CloudEvent.Write(happened, "/callcluster/test"), happened.Time);
    }));

    /// <summary>Lets time pass, a little at a time, until it is so.</summary>
    public async Task Until(Func<bool> isSo, TimeSpan? step = null)
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!isSo())
        {
            await Task.Delay(5, timeout.Token);
            Clock.Advance(step ?? TimeSpan.FromMilliseconds(100));
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Webhook.DisposeAsync();
        _metrics.Dispose();
    }

    internal sealed class LogLines : ILogger
    {
        public ConcurrentQueue<string> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => Lines.Enqueue($"{logLevel}: {formatter(state, exception)}");
    }
}
