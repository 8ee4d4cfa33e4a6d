using CallCluster.Media.Wav;

namespace CallCluster.Edge.Recordings;

/// <summary>Names of a recording's files in its directory, and what is made of those that a dead process left.</summary>
internal static class RecordingFiles
{
    private const string PartSuffix = ".part.wav";

    public static string PartOf(string directory, string id) => Path.Combine(directory, id + PartSuffix);

    public static string WholeOf(string directory, string id) => Path.Combine(directory, $"{id}.wav");

    /// <summary>Recordings that are being written, or were when their process died, with how far they are.</summary>
    public static IEnumerable<(string Id, long Length, DateTime WrittenAt)> Parts(string directory) => Directory.Exists(directory)
        ? new DirectoryInfo(directory).EnumerateFiles($"*{PartSuffix}").Select(file => (file.Name[..^PartSuffix.Length], file.Length, file.LastWriteTimeUtc))
        : [];

    /// <summary>Manifests that are being written, or were when their process died: nothing was recorded yet.</summary>
    public static IEnumerable<FileInfo> TornManifests(string directory) => Directory.Exists(directory) ? new DirectoryInfo(directory).EnumerateFiles("*.json.part") : [];

    /// <summary>Recordings whose manifest is there.</summary>
    public static IEnumerable<string> Manifests(string directory) => Directory.Exists(directory)
        ? Directory.EnumerateFiles(directory, "*.json").Select(path => Path.GetFileNameWithoutExtension(path)).Where(id => !id.EndsWith(".ticket", StringComparison.Ordinal))
        : [];

    /// <summary>Makes a whole recording of a part whose writer is dead. The same again, or by another edge at the same time, does no harm.</summary>
    /// <returns>Length of the audio; null when there is none.</returns>
    public static TimeSpan? Finish(string directory, string id)
    {
        var (part, whole) = (PartOf(directory, id), WholeOf(directory, id));
        try
        {
            if (File.Exists(part))
            {
                var length = WavRepair.Finish(part);
                if (length > TimeSpan.Zero) File.Move(part, whole, overwrite: true);
                else File.Delete(part);
            }
        }
        catch (FileNotFoundException)
        {
            // Another edge was quicker.
        }

        return File.Exists(whole) ? WavRepair.Finish(whole) : null;
    }
}
