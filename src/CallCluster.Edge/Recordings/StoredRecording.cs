using System.Text.Json;
using CallCluster.Edge.Calls;
using CallCluster.Media.Recording;

namespace CallCluster.Edge.Recordings;

/// <summary>
/// A recording's audio in its directory: <c>ID.json</c>, the manifest, is durable before any audio is written (PROTOCOL rule 22), by the media engine's writer: a slow disk holds up no mailbox;
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

    /// <summary>How the media engine is to record: the manifest first, then the audio. What fails comes with the result.</summary>
    public RecordingOptions ToOptions()
    {
        var manifest = new Manifest(Id, call.Id, box, "wav", call.Offer.Caller, clock.GetUtcNow());
        return new RecordingOptions { Path = PartPath, Prepare = () => Write(manifest) };
    }

    private void Write(Manifest manifest)
    {
        Directory.CreateDirectory(directory);
        using var file = new FileStream(Path.Combine(directory, $"{Id}.json"), FileMode.Create, FileAccess.Write);
        JsonSerializer.Serialize(file, manifest, JsonSerializerOptions.Web);
        file.Flush(flushToDisk: true);
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
