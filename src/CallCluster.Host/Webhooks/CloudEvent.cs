using System.Buffers;
using System.Text.Json;
using CallCluster.Contracts.Events;
using CallCluster.Host.Configuration;

namespace CallCluster.Host.Webhooks;

/// <summary>An event in the structured mode of CloudEvents 1.0 (JSON Event Format): one object, on one line.</summary>
internal static class CloudEvent
{
    public const string ContentType = "application/cloudevents+json";

    /// <summary>Names the cluster.</summary>
    public static string SourceOf(ClusterOptions cluster) => $"/callcluster/{cluster.ClusterId}";

    /// <param name="happened">The event.</param>
    /// <param name="source">Names the cluster; with the id it is unique.</param>
    public static byte[] Write(ClusterEvent happened, string source)
    {
        var buffer = new ArrayBufferWriter<byte>(happened.Data.Length + 256);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("specversion"u8, "1.0"u8);
            json.WriteString("id"u8, happened.Id);
            json.WriteString("source"u8, source);
            json.WriteString("type"u8, happened.Kind.Name());
            json.WriteString("subject"u8, happened.Subject);
            json.WriteString("time"u8, happened.Time);
            json.WriteString("datacontenttype"u8, "application/json"u8);
            json.WritePropertyName("data"u8);
            json.WriteRawValue(happened.Data);
            json.WriteEndObject();
        }
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>What the outbox has to know of an event that it finds on disk.</summary>
    /// <exception cref="JsonException">It is no event of ours.</exception>
    public static (string Id, DateTimeOffset Time) Read(ReadOnlyMemory<byte> text)
    {
        using var document = JsonDocument.Parse(text);
        var root = document.RootElement;
        return root.ValueKind == JsonValueKind.Object && root.TryGetProperty("id", out var id) && id.ValueKind == JsonValueKind.String
            && root.TryGetProperty("time", out var time) && time.ValueKind == JsonValueKind.String && time.TryGetDateTimeOffset(out var at)
            ? (id.GetString()!, at) : throw new JsonException("The event has no id or no time.");
    }
}
