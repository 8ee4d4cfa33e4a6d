using System.Text.Json;
using CallCluster.Edge.Calls;
using CallCluster.Media.Recording;

namespace CallCluster.Edge.Recordings;

/// <summary>
/// A recording's audio in its directory: <c>ID.json</c>, the manifest, is durable before recording begins (PROTOCOL rule 22);
/// <c>ID.part.wav</c> grows meanwhile and becomes <c>ID.wav</c> when it is whole. A part left by a dead process is found by its manifest.
/// </summary>
/// <param name="directory">Made when it is not there.</param>
/// <param name="id">The recording.</param>
/// <param name="box">The voicemail box; null for a conversation.</param>
/// <param name="call">The call.</param>
/// <param name="clock">The time in the manifest.</param>
internal sealed class StoredRecording(string directory, string id, string? box, EdgeCall call, TimeProvider clock)
{
    private string PartPath => Path.Combine(directory, $"{Id}.part.wav");

    public string Id { get; } = id;

    /// <summary>Writes the manifest and begins to record to the path given; returns why it cannot, or null.</summary>
    public string? Begin(Action<string> record)
    {
        try
        {
            Directory.CreateDirectory(directory);
            using (var manifest = new FileStream(Path.Combine(directory, $"{Id}.json"), FileMode.Create, FileAccess.Write))
            {
                JsonSerializer.Serialize(manifest, new Manifest(Id, call.Id, box, "wav", call.Offer.Caller, clock.GetUtcNow()), JsonSerializerOptions.Web);
                manifest.Flush(flushToDisk: true);
            }

            record(PartPath);
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            return exception.Message;
        }
    }

    /// <summary>Puts the finished audio in its place; returns the file's name, null when nothing was kept, and why audio is missing.</summary>
    public (string? AudioFile, string? Failure) Finish(RecordingResult result)
    {
        if (result.Duration <= TimeSpan.Zero) return (null, result.Error);
        try
        {
            File.Move(PartPath, Path.Combine(directory, $"{Id}.wav"), overwrite: true);
            return ($"{Id}.wav", result.Error);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return (Path.GetFileName(PartPath), result.Error ?? exception.Message);
        }
    }

    private sealed record Manifest(string Id, string Call, string? Box, string Format, string Caller, DateTimeOffset StartedAt);
}
