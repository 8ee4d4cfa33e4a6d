using System.Buffers;
using System.Text;
using CallCluster.Contracts.Events;
using CallCluster.Host.Webhooks;
using Microsoft.AspNetCore.Http;

namespace CallCluster.Host.Events;

/// <summary>
/// Server-sent events (HTML standard, section 9.2). Each event has its place in the stream as id; between events comments keep the connection open, with the id of how far the stream has been looked
/// through: so a client who hears little resumes as well as one who hears all.
/// </summary>
internal sealed class EventResponse(EventRelay relay, EventFilter filter, StreamPosition? after, string source, EventMetrics metrics, TimeProvider clock)
{
    public const string ContentType = "text/event-stream";
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);
    private readonly ArrayBufferWriter<byte> _text = new();

    /// <summary>Writes until the client goes or the process ends.</summary>
    public async Task Write(HttpContext http, CancellationToken cancellation)
    {
        http.Response.ContentType = ContentType;
        http.Response.Headers.CacheControl = "no-store";
        // Or nginx would keep events for itself.
        http.Response.Headers["X-Accel-Buffering"] = "no";
        Add("retry: 2000\n\n");
        await Flush(http, cancellation);
        var (place, isPlaced, toldAt) = (after, after is not null, clock.GetUtcNow());
        while (!cancellation.IsCancellationRequested)
        {
            var rest = toldAt + Heartbeat - clock.GetUtcNow();
            if (await relay.Next(place, rest > TimeSpan.Zero ? rest : TimeSpan.Zero, cancellation) is { } page && page.Next != default)
            {
                Tell(page);
                place = page.Next;
                if (!isPlaced) AddPlace(place);
                isPlaced = true;
            }
            if (clock.GetUtcNow() - toldAt >= Heartbeat) AddPlace(place);
            if (_text.WrittenCount == 0) continue;
            await Flush(http, cancellation);
            toldAt = clock.GetUtcNow();
        }
    }

    private void Tell(EventPage page)
    {
        if (page.Gap is { } gap) Tell(page.Next, gap);
        foreach (var entry in page.Entries)
        {
            var position = page.Next with { Number = entry.Number };
            if (entry.Gap is { } missing) Tell(position, missing);
            else if (entry.Event is { } happened && filter.Takes(happened)) Tell(position, happened.Kind.Name(), CloudEvent.Write(happened, source));
        }
    }

    private void Tell(StreamPosition position, StreamGap gap)
    {
        metrics.Gap(gap.ToString());
        Tell(position, "reset", Encoding.UTF8.GetBytes($$"""{"reason":"{{gap}}"}"""));
    }

    private void Tell(StreamPosition position, string type, byte[] data)
    {
        Add($"id: {position}\nevent: {type}\ndata: ");
        _text.Write(data);
        Add("\n\n");
    }

    /// <summary>A comment, and an id without data, which is no event: it only says from where to resume.</summary>
    private void AddPlace(StreamPosition? place) => Add(place is null ? ":\n\n" : $":\nid: {place}\n\n");

    private void Add(string text) => Encoding.UTF8.GetBytes(text, _text);

    private async Task Flush(HttpContext http, CancellationToken cancellation)
    {
        await http.Response.BodyWriter.WriteAsync(_text.WrittenMemory, cancellation);
        _text.ResetWrittenCount();
    }
}
