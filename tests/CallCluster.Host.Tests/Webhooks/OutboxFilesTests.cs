using System.Text;
using CallCluster.Host.Webhooks;
using Microsoft.Extensions.Time.Testing;

namespace CallCluster.Host.Tests.Webhooks;

public sealed class OutboxFilesTests : IDisposable
{
    private static readonly DateTimeOffset At = new(2026, 11, 28, 2, 0, 0, TimeSpan.Zero);
    private readonly TemporaryDirectory _directory = new();

    private string Outbox => Path.Combine(_directory.Root, "outbox");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void What_was_not_acknowledged_is_found_again_in_its_order()
    {
        var first = new OutboxFiles(Outbox);
        Assert.Empty(first.Load(Unexpected));
        var entries = first.Append([.. Enumerable.Range(0, 5).Select(Event)]);
        first.Acknowledge(entries[1]);
        first.Acknowledge(entries[3]);
        // The process is killed: nothing is closed or written any more.
        using var next = new OutboxFiles(Outbox);
        Assert.Equal(["e0", "e2", "e4"], next.Load(Unexpected).Select(entry => CloudEvent.Read(OutboxFiles.Read(entry)).Id));
        Assert.Equal(["e5"], next.Append([Event(5)]).Select(entry => CloudEvent.Read(OutboxFiles.Read(entry)).Id));
        Assert.Equal(2, Directory.GetFiles(Outbox, "*.events").Length);
        first.Dispose();
    }

    [Fact]
    public void Files_go_when_all_in_them_is_acknowledged()
    {
        using var files = new OutboxFiles(Outbox);
        Assert.Empty(files.Load(Unexpected));
        var entries = Enumerable.Range(0, 25).SelectMany(i => files.Append([.. Enumerable.Range(i * 100, 100).Select(Event)])).ToList();
        Assert.Equal(3, Directory.GetFiles(Outbox, "*.events").Length);
        foreach (var entry in entries) files.Acknowledge(entry);
        Assert.Single(Directory.GetFiles(Outbox, "*.events"));
        using var next = new OutboxFiles(Outbox);
        Assert.Empty(next.Load(Unexpected));
        Assert.Empty(Directory.GetFiles(Outbox));
        Assert.Equal(0, next.Bytes);
    }

    [Fact]
    public void Half_a_line_was_never_promised_and_a_line_that_is_no_event_is_told_and_passed_over()
    {
        var first = new OutboxFiles(Outbox);
        Assert.Empty(first.Load(Unexpected));
        first.Append([Event(0)]);
        first.Dispose();
        var file = Assert.Single(Directory.GetFiles(Outbox, "*.events"));
        File.AppendAllText(file, "trash\n" + Encoding.UTF8.GetString(Event(2).Body) + "\n" + """{"specversion":"1.0","id":"ha""");
        var told = new List<int>();
        using var next = new OutboxFiles(Outbox);
        Assert.Equal(["e0", "e2"], next.Load((_, line) => told.Add(line)).Select(entry => CloudEvent.Read(OutboxFiles.Read(entry)).Id));
        Assert.Equal([2], told);
    }

    [Fact]
    public async Task A_disk_that_refuses_is_tried_again_and_the_owner_waits_until_it_takes()
    {
        var clock = new FakeTimeProvider(At);
        await using var receiver = await Receiver.Start();
        await using var running = RunningWebhook.Start(_directory, receiver.Url, clock);
        Directory.Delete(Outbox, recursive: true);
        var added = running.Add(1, 1);
        await running.Until(() => running.Log.Lines.Any(line => line.Contains("Free disk space", StringComparison.Ordinal)));
        Assert.False(added.IsCompleted);
        Directory.CreateDirectory(Outbox);
        await running.Until(() => added.IsCompletedSuccessfully && receiver.Posts.Length == 1);
    }

    private static (byte[] Body, DateTimeOffset Time) Event(int i) => (Encoding.UTF8.GetBytes($$"""{"specversion":"1.0","id":"e{{i}}","time":"2026-11-28T02:00:00Z"}"""), At);

    private static void Unexpected(string file, int line) => Assert.Fail($"{file}({line})");
}
