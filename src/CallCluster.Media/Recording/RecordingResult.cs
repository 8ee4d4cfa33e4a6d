namespace CallCluster.Media.Recording;

/// <summary>The outcome of one recording.</summary>
/// <param name="RecordingId">The number given in <see cref="RecordingOptions.RecordingId"/>.</param>
/// <param name="Path">The file.</param>
/// <param name="Duration">Length of the audio in the file.</param>
/// <param name="End">Why it ended.</param>
/// <param name="Error">The reason in words when <paramref name="End"/> is <see cref="RecordingEnd.Failed"/>.</param>
public sealed record RecordingResult(long RecordingId, string Path, TimeSpan Duration, RecordingEnd End, string? Error = null);
