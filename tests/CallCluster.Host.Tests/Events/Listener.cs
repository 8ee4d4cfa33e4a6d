using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;

namespace CallCluster.Host.Tests.Events;

/// <summary>A client of /api/v1/events that reads as the HTML standard says (9.2.6), and resumes from the last id it has seen.</summary>
/// <param name="client">To the host, with its key.</param>
/// <param name="query">Such as "?type=agent.*".</param>
public sealed class Listener(HttpClient client, string query = "")
{
    /// <summary>An event as it was dispatched.</summary>
    public sealed record Heard(string Id, string Type, JsonNode Data);

    /// <summary>What the next connection sends; null for none.</summary>
    public string? LastEventId { get; set; }

    /// <summary>Comments that came.</summary>
    public int Comments { get; private set; }

    /// <summary>Connects, and gives the events until the enumeration ends, which breaks the connection, or the server does.</summary>
    public async IAsyncEnumerable<Heard> Listen([EnumeratorCancellation] CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/events" + query);
        if (LastEventId is { } last) request.Headers.Add("Last-Event-ID", last);
        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
        response.EnsureSuccessStatusCode();
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(cancellation));
        string data = "", type = "message", id = LastEventId ?? "";
        while (await reader.ReadLineAsync(cancellation) is { } line)
        {
            if (line.StartsWith(':')) Comments++;
            else if (line.StartsWith("data: ", StringComparison.Ordinal)) data += line[6..];
            else if (line.StartsWith("event: ", StringComparison.Ordinal)) type = line[7..];
            else if (line.StartsWith("id: ", StringComparison.Ordinal)) id = line[4..];
            else if (line.Length == 0)
            {
                LastEventId = id.Length > 0 ? id : null;
                var heard = data.Length > 0 ? new Heard(id, type, JsonNode.Parse(data)!) : null;
                (data, type) = ("", "message");
                if (heard is not null) yield return heard;
            }
        }
    }

    /// <summary>Connects until the stream has begun: what happens from then on is heard by whoever resumes.</summary>
    public async Task Begin(CancellationToken cancellation)
    {
        using var begun = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var listening = Task.Run(async () => { await foreach (var _ in Listen(begun.Token)) { } }, CancellationToken.None);
        while (LastEventId is null && !listening.IsCompleted) await Task.Delay(20, cancellation);
        await begun.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => listening);
    }
}
