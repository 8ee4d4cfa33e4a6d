using CallCluster.Contracts.Tickets;
using CallCluster.Edge.Calls;
using CallCluster.Media.Recording;

namespace CallCluster.Edge.Recordings;

/// <summary>
/// A recording's audio in its directory: <c>ID.json</c>, the manifest, is durable before the beep, and always before any audio is written (PROTOCOL rule 22), by the media engine's writer: a slow disk holds up no mailbox;
/// <c>ID.part.wav</c> grows meanwhile and becomes <c>ID.wav</c> when it is whole. What a dead process left is finished by <see cref="RecordingSalvage"/>.
/// </summary>
/// <param name="directory">Made when it is not there.</param>
/// <param name="id">The recording.</param>
/// <param name="box">The voicemail box; null for a conversation.</param>
/// <param name="call">The call.</param>
/// <param name="edge">Who records.</param>
internal sealed class StoredRecording(string directory, string id, string? box, EdgeCall call, EdgeContext edge)
{
    private readonly string _part = RecordingFiles.PartOf(directory, id);
    private bool _hasManifest;

    public string Id { get; } = id;

    /// <summary>The ticket that a message will have.</summary>
    public Ticket? Ticket { get; init; }

    /// <summary>The manifest is on disk, or the disk does not take it.</summary>
    public bool IsPrepared { get; set; }

    /// <summary>Has the manifest written before there is a recording. A disk that does not take it is told of when the audio is not kept either.</summary>
    /// <param name="done">Called by the writer.</param>
    public void Prepare(Action done)
    {
        var manifest = Manifest();
        edge.Media.Write(() =>
        {
            try
            {
                Prepare(manifest);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // Tried again with the audio.
            }

            done();
        });
    }

    /// <summary>Has the manifest of a message that was not spoken removed.</summary>
    public void Discard() => edge.Media.Write(() =>
    {
        try
        {
            RecordingManifest.Delete(directory, Id);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            edge.LogManifestLeft(exception, Id, directory);
        }
    });

    /// <summary>How the media engine is to record: the manifest first, then the audio. What fails comes with the result.</summary>
    public RecordingOptions ToOptions()
    {
        var manifest = Manifest();
        return new RecordingOptions { Path = _part, Prepare = () => Prepare(manifest) };
    }

    private RecordingManifest Manifest() => new(Id, call.Id, box, edge.Options.EdgeId, call.Offer.Caller, edge.Clock.GetUtcNow(), Ticket);

    private void Prepare(RecordingManifest manifest)
    {
        if (_hasManifest) return;
        Directory.CreateDirectory(directory);
        manifest.Write(directory);
        _hasManifest = true;
    }

    /// <summary>Puts the finished audio in its place; returns the file's name, null when nothing was kept, and why audio is missing.</summary>
    public (string? AudioFile, string? Failure) Finish(RecordingResult result)
    {
        if (result.Duration <= TimeSpan.Zero) return (null, result.Error);
        var whole = RecordingFiles.WholeOf(directory, Id);
        try
        {
            // Another edge took this one for dead and has put it there, while it was written on.
            if (File.Exists(_part) || !File.Exists(whole)) File.Move(_part, whole, overwrite: true);
            return (Path.GetFileName(whole), result.Error);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return (Path.GetFileName(_part), result.Error ?? exception.Message);
        }
    }
}
