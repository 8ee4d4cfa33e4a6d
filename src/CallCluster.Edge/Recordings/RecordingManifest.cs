using System.Text.Json;
using CallCluster.Contracts.Tickets;

namespace CallCluster.Edge.Recordings;

/// <summary>What is known of a recording before there is audio: <c>ID.json</c> beside it.</summary>
/// <param name="Id">The recording.</param>
/// <param name="Call">The call.</param>
/// <param name="Box">The voicemail box; null for a conversation.</param>
/// <param name="Edge">Who records.</param>
/// <param name="StartedAt">When it began.</param>
/// <param name="Caller">The caller's number.</param>
/// <param name="Ticket">The ticket that a message will have; null for a conversation.</param>
internal sealed record RecordingManifest(string Id, string Call, string? Box, string? Edge, string Caller, DateTimeOffset StartedAt, Ticket? Ticket)
{
    public string Format { get; } = "wav";

    /// <summary>On disk when this returns; whole or not there, whenever the process dies.</summary>
    public void Write(string directory)
    {
        var path = PathOf(directory, Id);
        using (var file = new FileStream($"{path}.part", FileMode.Create, FileAccess.Write))
        {
            JsonSerializer.Serialize(file, this, JsonSerializerOptions.Web);
            file.Flush(flushToDisk: true);
        }

        File.Move($"{path}.part", path, overwrite: true);
    }

    /// <summary>Null when there is none, or another program's file.</summary>
    public static RecordingManifest? TryRead(string directory, string id)
    {
        try
        {
            using var file = File.OpenRead(PathOf(directory, id));
            return JsonSerializer.Deserialize<RecordingManifest>(file, JsonSerializerOptions.Web);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Nobody was recorded.</summary>
    /// <exception cref="IOException">It may still be there.</exception>
    public static void Delete(string directory, string id) => File.Delete(PathOf(directory, id));

    private static string PathOf(string directory, string id) => Path.Combine(directory, $"{id}.json");
}
