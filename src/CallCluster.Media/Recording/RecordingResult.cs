namespace CallCluster.Media.Recording;

/// <summary>The outcome of one recording.</summary>
/// <param name="RecordingId">The number given in <see cref="RecordingOptions.RecordingId"/>.</param>
/// <param name="Path">The file.</param>
/// <param name="Duration">Length of the audio in the file.</param>
/// <param name="End">Why it ended.</param>
/// <param name="Error">The reason in words when <paramref name="End"/> is <see cref="RecordingEnd.Failed"/>, or when audio of a conversation was lost.</param>
/// <param name="Lost">Audio that is silence in the file, since the disk was too slow; both channels of a conversation added up.</param>
public sealed record RecordingResult(long RecordingId, string Path, TimeSpan Duration, RecordingEnd End, string? Error = null, TimeSpan Lost = default);
