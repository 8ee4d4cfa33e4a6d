using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Time.Testing;

namespace CallCluster.Host.Tests.Webhooks;

/// <summary>Delivery over real HTTP to a receiver that fails, is slow, is dead, comes back.</summary>
public sealed class DeliveryTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 11, 28, 2, 0, 0, TimeSpan.Zero));

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task An_event_is_a_signed_CloudEvent()
    {
        await using var receiver = await Receiver.Start();
        await using var running = RunningWebhook.Start(_directory, receiver.Url, _clock);
        await running.Add(1, 1);
        await running.Until(() => running.Webhook.Waiting == 0);

        var post = Assert.Single(receiver.Posts);
        Assert.Equal("application/cloudevents+json; charset=utf-8", post.ContentType);
        Assert.Equal(("1.0", "call-1/ended", "/callcluster/test", "call.ended", "call-1", "2026-11-28T02:00:00+00:00", "application/json", "call-1"),
            ((string?)post.Event["specversion"], (string?)post.Event["id"], (string?)post.Event["source"], (string?)post.Event["type"], (string?)post.Event["subject"], (string?)post.Event["time"],
            (string?)post.Event["datacontenttype"], (string?)post.Event["data"]!["id"]));
        // As a receiver checks it: deploy/webhooks.md.
        Assert.Equal("call-1/ended", post.Id);
        Assert.InRange(_clock.GetUtcNow().ToUnixTimeSeconds() - long.Parse(post.Timestamp, null), 0, 5);
        var expected = HMACSHA256.HashData("s3cret"u8, [.. Encoding.UTF8.GetBytes($"{post.Id}.{post.Timestamp}."), .. post.Body]);
        Assert.Equal("v1," + Convert.ToBase64String(expected), post.Signature);
    }

    [Theory]
    [InlineData(500)]
    [InlineData(503)]
    [InlineData(429)]
    [InlineData(404)]
    [InlineData(302)]
    public async Task What_is_not_acknowledged_comes_again_with_the_same_id_until_it_is(int status)
    {
        await using var receiver = await Receiver.Start();
        receiver.Answer = _ => Task.FromResult(receiver.Posts.Length < 4 ? status : 200);
        await using var running = RunningWebhook.Start(_directory, receiver.Url, _clock);
        await running.Add(1, 1);
        await running.Until(() => running.Webhook.Waiting == 0);
        Assert.Equal(4, receiver.Posts.Length);
        Assert.Equal("call-1/ended", Assert.Single(receiver.Posts.Select(post => post.Id).Distinct()));
        Assert.Single(running.Log.Lines, line => line.StartsWith("Warning", StringComparison.Ordinal));
        // Two seconds at least have passed in between: half of 1, 2 and 4.
        Assert.True(long.Parse(receiver.Posts[^1].Timestamp, null) - long.Parse(receiver.Posts[0].Timestamp, null) >= 3, "the attempts come too fast");
    }

    [Fact]
    public async Task A_dead_receiver_costs_few_attempts_and_gets_all_once_it_is_back_also_after_a_restart()
    {
        var receiver = await Receiver.Start();
        var (url, port) = (receiver.Url, receiver.Port);
        await receiver.DisposeAsync();
        var running = RunningWebhook.Start(_directory, url, _clock);
        await running.Add(0, 300);
        await running.Until(() => _clock.GetUtcNow().Minute >= 10, TimeSpan.FromSeconds(1));
        Assert.Equal(300, running.Webhook.Waiting);
        Assert.InRange(running.Webhook.OldestAge.TotalMinutes, 9.9, 11);
        await running.DisposeAsync();

        await using var back = await Receiver.Start(port);
        await using var next = RunningWebhook.Start(_directory, url, _clock);
        await next.Add(300, 1);
        await next.Until(() => next.Webhook.Waiting == 0);
        Assert.Equal(Enumerable.Range(0, 301).Select(i => $"call-{i}/ended").Order(), back.Posts.Select(post => post.Id).Order());
        Assert.Equal(TimeSpan.Zero, next.Webhook.OldestAge);
    }

    [Fact]
    public async Task A_receiver_that_fails_for_ten_minutes_is_asked_less_than_forty_times()
    {
        await using var receiver = await Receiver.Start();
        receiver.Answer = _ => Task.FromResult(500);
        await using var running = RunningWebhook.Start(_directory, receiver.Url, _clock);
        await running.Add(0, 300);
        await running.Until(() => _clock.GetUtcNow().Minute >= 10, TimeSpan.FromSeconds(1));
        // Eight at once before the first answer, then 1, 2, 4 … 60 s or half of it apart.
        Assert.InRange(receiver.Posts.Length, 15, 39);
    }

    [Fact]
    public async Task A_slow_receiver_holds_up_nobody_and_gets_eight_at_once()
    {
        await using var receiver = await Receiver.Start();
        var slow = new TaskCompletionSource();
        receiver.Answer = async _ =>
        {
            await slow.Task;
            return 200;
        };
        await using var running = RunningWebhook.Start(_directory, receiver.Url, _clock);
        await running.Add(0, 50);
        await running.Until(() => receiver.Posts.Length == 8);
        slow.SetResult();
        await running.Until(() => running.Webhook.Waiting == 0);
        Assert.Equal((50, 8), (receiver.Posts.Length, receiver.MostAtOnce));
    }

    [Fact]
    public async Task A_receiver_that_does_not_answer_in_time_has_failed()
    {
        await using var receiver = await Receiver.Start();
        receiver.Answer = async post =>
        {
            if (receiver.Posts.Length == 1) await Task.Delay(Timeout.Infinite, TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(5)).ContinueWith(_ => { }, TaskScheduler.Default);
            return 200;
        };
        await using var running = RunningWebhook.Start(_directory, receiver.Url, _clock, timeout: TimeSpan.FromMilliseconds(200));
        await running.Add(1, 1);
        await running.Until(() => running.Webhook.Waiting == 0);
        Assert.Equal(2, receiver.Posts.Length);
        Assert.Contains(running.Log.Lines, line => line.Contains("no answer in time", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_event_that_is_refused_does_not_hold_up_the_others()
    {
        await using var receiver = await Receiver.Start();
        receiver.Answer = post => Task.FromResult(post.Id == "call-3/ended" ? 400 : 200);
        await using var running = RunningWebhook.Start(_directory, receiver.Url, _clock);
        await running.Add(0, 100);
        await running.Until(() => running.Webhook.Waiting == 1);
        Assert.Equal(100, receiver.Posts.Select(post => post.Id).Distinct().Count());
        receiver.Answer = _ => Task.FromResult(200);
        await running.Until(() => running.Webhook.Waiting == 0);
    }

    [Fact]
    public async Task Gone_stops_it()
    {
        await using var receiver = await Receiver.Start();
        receiver.Answer = _ => Task.FromResult(410);
        await using var running = RunningWebhook.Start(_directory, receiver.Url, _clock);
        await running.Add(1, 1);
        await running.Until(() => running.Log.Lines.Any(line => line.StartsWith("Error", StringComparison.Ordinal) && line.Contains("410", StringComparison.Ordinal)));
        await running.Add(2, 10);
        _clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(1, running.Webhook.Waiting);
        Assert.Single(receiver.Posts);
    }

    [Fact]
    public async Task A_full_outbox_drops_what_comes_and_says_so_once()
    {
        await using var receiver = await Receiver.Start();
        receiver.Answer = _ => Task.FromResult(503);
        await using var running = RunningWebhook.Start(_directory, receiver.Url, _clock, room: 10);
        for (var i = 0; i < 20; i++) await running.Add(i, 1);
        Assert.Equal(10, running.Webhook.Waiting);
        Assert.Single(running.Log.Lines, line => line.StartsWith("Error", StringComparison.Ordinal) && line.Contains("is full", StringComparison.Ordinal));
        receiver.Answer = _ => Task.FromResult(200);
        await running.Until(() => running.Webhook.Waiting == 0);
        await running.Add(20, 1);
        await running.Until(() => receiver.Posts[^1].Id == "call-20/ended");
    }
}
