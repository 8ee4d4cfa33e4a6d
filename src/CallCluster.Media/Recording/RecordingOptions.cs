namespace CallCluster.Media.Recording;

/// <summary>Where and how audio is written.</summary>
public sealed record RecordingOptions
{
    /// <summary>The WAV file to make; its directory must exist. An existing file is replaced.</summary>
    public required string Path { get; init; }

    /// <summary>Called once by the thread that writes, before the file is made: what has to be on disk before any audio is. What it throws ends the recording as <see cref="RecordingEnd.Failed"/>.</summary>
    public Action? Prepare { get; init; }

    /// <summary>How samples are kept.</summary>
    public RecordingFormat Format { get; init; } = RecordingFormat.Pcm16;

    /// <summary>The recording stops by itself at this length; null is no limit but the 4 GiB of a WAV file.</summary>
    public TimeSpan? MaxLength { get; init; }

    /// <summary>The recording of one peer stops by itself when nothing was said for so long, and keeps half a second of that; null never does.</summary>
    public TimeSpan? MaxSilence { get; init; }

    /// <summary>The caller's own number for this recording, handed back in the result.</summary>
    public long RecordingId { get; init; }
}
