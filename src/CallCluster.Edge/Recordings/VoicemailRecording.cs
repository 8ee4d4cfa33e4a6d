using System.Text.Json;
using CallCluster.Contracts.Calls;
using CallCluster.Edge.Calls;
using CallCluster.Media.Engine;
using CallCluster.Media.Recording;

namespace CallCluster.Edge.Recordings;

/// <summary>
/// A voicemail's audio in the voicemail directory: <c>ID.json</c>, the manifest, is durable before recording begins (PROTOCOL rule 22);
/// <c>ID.part.wav</c> grows while the caller speaks and becomes <c>ID.wav</c> when it is whole. A part left by a dead process is found by its manifest.
/// </summary>
internal sealed class VoicemailRecording(string directory, StartRecording start, EdgeCall call, TimeProvider clock)
{
    private string PartPath => Path.Combine(directory, $"{Id}.part.wav");

    public string Id { get; } = start.RecordingId;

    /// <summary>Writes the manifest and begins to record; returns why it cannot, or null.</summary>
    public string? Begin(MediaStream media)
    {
        try
        {
            Directory.CreateDirectory(directory);
            using (var manifest = new FileStream(Path.Combine(directory, $"{Id}.json"), FileMode.Create, FileAccess.Write))
            {
                JsonSerializer.Serialize(manifest, new Manifest(Id, call.Id, start.Box, "wav", call.Offer.Caller, clock.GetUtcNow()), JsonSerializerOptions.Web);
                manifest.Flush(flushToDisk: true);
            }

            media.Record(new RecordingOptions { Path = PartPath, MaxLength = start.MaxLength });
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            return exception.Message;
        }
    }

    /// <summary>Puts the finished audio in its place and says what was kept.</summary>
    public RecordingFinished Finish(int leg, RecordingResult result)
    {
        var failure = result.Error;
        string? kept = null;
        if (result.Duration > TimeSpan.Zero)
        {
            kept = $"{Id}.wav";
            try
            {
                File.Move(PartPath, Path.Combine(directory, kept), overwrite: true);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                kept = Path.GetFileName(PartPath);
                failure ??= exception.Message;
            }
        }

        return new RecordingFinished(leg, Id, result.Duration, kept, failure);
    }

    private sealed record Manifest(string Id, string Call, string Box, string Format, string Caller, DateTimeOffset StartedAt);
}
