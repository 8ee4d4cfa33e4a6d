using CallCluster.Contracts.Configuration;

namespace CallCluster.Host.Configuration;

/// <summary>Whether audio can be kept where it is to be: found out by <c>check</c> and at the edge's start, not at the first customer's call. Leaves nothing behind, since <c>check</c> may run as another user.</summary>
internal static class AudioDirectories
{
    /// <summary>Makes each directory that is used, where it is not there, and a file in it.</summary>
    public static void Check(CallClusterOptions options, ConfigurationErrors errors)
    {
        if (options.Queues.Values.Any(queue => queue.Record == RecordPolicy.Always)) Check("CallCluster:Recordings:Directory", options.Recordings.Directory, errors);
        if (options.Voicemail.Boxes.Count > 0) Check("CallCluster:Voicemail:Directory", options.Voicemail.Directory, errors);
    }

    private static void Check(string path, string directory, ConfigurationErrors errors)
    {
        var made = new List<string>();
        try
        {
            for (var at = Path.GetFullPath(directory); at is not null && !Directory.Exists(at); at = Path.GetDirectoryName(at)) made.Add(at);
            Directory.CreateDirectory(directory);
            var file = Path.Combine(directory, $".callcluster-{Path.GetRandomFileName()}");
            File.WriteAllBytes(file, [0]);
            File.Delete(file);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            errors.Wrong(path, directory, $"the path of a directory that this user can make and write files in ({exception.Message.TrimEnd('.')}): create it with rights for the user that the edge runs as, and look for space on its disk");
        }
        foreach (var directoryMade in made)
        {
            try
            {
                Directory.Delete(directoryMade);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // Never made, or somebody has put something into it meanwhile.
            }
        }
    }
}
