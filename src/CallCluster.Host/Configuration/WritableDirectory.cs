namespace CallCluster.Host.Configuration;

/// <summary>Whether files can be made in a directory; leaves nothing behind.</summary>
internal static class WritableDirectory
{
    /// <summary>Makes the directory, where it is not there, and a file in it.</summary>
    public static void Check(string path, string directory, ConfigurationErrors errors)
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
            errors.Wrong(path, directory, $"the path of a directory that this user can make and write files in ({exception.Message.TrimEnd('.')}): create it with rights for the user that callcluster runs as, and look for space on its disk");
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
