using System.Collections.Concurrent;
using CallCluster.Edge.Secrets;

namespace CallCluster.Edge.Admission;

/// <summary>Passwords of agents and trunks in files.</summary>
internal sealed class Credentials(TimeProvider clock)
{
    private readonly ConcurrentDictionary<string, SecretFile> _files = new(StringComparer.Ordinal);

    /// <summary>The password in the file; null when there is none to be had, so that nobody authenticates by it.</summary>
    public string? Password(string? file)
    {
        if (file is null) return null;
        try
        {
            return _files.GetOrAdd(file, static (path, time) => new SecretFile(path, time), clock).Value;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            return null;
        }
    }
}
