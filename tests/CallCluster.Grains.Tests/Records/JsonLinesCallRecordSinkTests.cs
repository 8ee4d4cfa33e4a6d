using System.Text.Json;
using CallCluster.Contracts.Calls;
using CallCluster.Grains.Hosting;
using CallCluster.Grains.Records;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace CallCluster.Grains.Tests.Records;

public sealed class JsonLinesCallRecordSinkTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("callcluster-records").FullName;
    private readonly FakeTimeProvider _time = new();
    private readonly GrainMetrics _metrics;

    public JsonLinesCallRecordSinkTests() => _metrics = new GrainMetrics(_time);

    public void Dispose()
    {
        _metrics.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task Each_record_is_one_line_of_JSON_appended_to_the_file()
    {
        var path = Path.Combine(_directory, "deep", "calls.jsonl");
        for (var run = 0; run < 2; run++)
        {
            await using var sink = Sink(path);
            await Task.WhenAll(Enumerable.Range(0, 50).Select(i => sink.Write(Record($"c{run}-{i}"))));
        }

        var lines = await File.ReadAllLinesAsync(path, TestContext.Current.CancellationToken);
        Assert.Equal(100, lines.Length);
        using var first = JsonDocument.Parse(lines[0]);
        Assert.Equal(("c0-0", "Answered", "alice"), (Text(first, "id"), Text(first, "outcome"), Text(first, "agent")));
        Assert.Equal("ringing alice", first.RootElement.GetProperty("steps")[0].GetProperty("what").GetString());
        Assert.False(first.RootElement.TryGetProperty("ticket", out _));
        Assert.Equal(100, lines.Select(line => JsonDocument.Parse(line).RootElement.GetProperty("id").GetString()).Distinct().Count());
    }

    [Fact]
    public async Task What_cannot_be_written_is_kept_and_tried_again()
    {
        var blocked = Path.Combine(_directory, "blocked");
        await File.WriteAllTextAsync(blocked, "a file where a directory is needed", TestContext.Current.CancellationToken);
        var path = Path.Combine(blocked, "calls.jsonl");
        await using var sink = Sink(path);
        var written = sink.Write(Record("c1"));
        Assert.False(written.IsCompleted);
        File.Delete(blocked);
        while (!written.IsCompleted)
        {
            _time.Advance(TimeSpan.FromSeconds(30));
            await Task.Yield();
        }

        await written;
        Assert.Single(await File.ReadAllLinesAsync(path, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task What_is_still_unwritten_at_the_end_is_not_said_to_be_written()
    {
        var blocked = Path.Combine(_directory, "blocked");
        await File.WriteAllTextAsync(blocked, "", TestContext.Current.CancellationToken);
        var sink = Sink(Path.Combine(blocked, "calls.jsonl"));
        var written = sink.Write(Record("c1"));
        await sink.DisposeAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => written);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sink.Write(Record("c2")));
    }

    [Fact]
    public async Task A_full_disk_costs_bounded_memory_and_what_does_not_fit_is_left_to_its_call()
    {
        var blocked = Path.Combine(_directory, "blocked");
        await File.WriteAllTextAsync(blocked, "", TestContext.Current.CancellationToken);
        var path = Path.Combine(blocked, "calls.jsonl");
        await using var sink = Sink(path);
        // The queue takes what it holds, and the writer one batch out of it, sooner or later.
        var offered = Enumerable.Range(0, JsonLinesCallRecordSink.MostQueued + 2_000).Select(i => sink.Write(Record($"c{i}"))).ToList();
        var kept = offered.Count(task => !task.IsCanceled);
        Assert.InRange(kept, JsonLinesCallRecordSink.MostQueued, JsonLinesCallRecordSink.MostQueued + 1_000);
        File.Delete(blocked);
        while (!offered.TrueForAll(task => task.IsCompleted))
        {
            _time.Advance(TimeSpan.FromSeconds(30));
            await Task.Yield();
        }

        // The call offers its record again.
        await sink.Write(Record("again"));
        Assert.Equal(kept + 1, (await File.ReadAllLinesAsync(path, TestContext.Current.CancellationToken)).Length);
    }

    private JsonLinesCallRecordSink Sink(string path) => new(path, _time, _metrics, NullLogger<JsonLinesCallRecordSink>.Instance);

    private static string? Text(JsonDocument document, string property) => document.RootElement.GetProperty(property).GetString();

    private static CallRecord Record(string id) => new()
    {
        Id = id,
        SipCallId = "sip",
        Caller = "+1555",
        Dialled = "100",
        Edge = "e1",
        OfferedAt = DateTimeOffset.UnixEpoch,
        EndedAt = DateTimeOffset.UnixEpoch,
        Agent = "alice",
        Outcome = CallOutcome.Answered,
        EndedBy = "caller",
        Steps = [new CallStep(DateTimeOffset.UnixEpoch, "ringing alice")],
    };
}
