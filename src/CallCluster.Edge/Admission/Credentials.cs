using System.Collections.Concurrent;
using CallCluster.Edge.Secrets;

namespace CallCluster.Edge.Admission;

/// <summary>Passwords of agents and trunks in files, and for a time those that they replaced: peers are never changed all at the same moment.</summary>
/// <param name="clock">The clock.</param>
/// <param name="overlap">How long a replaced password still counts.</param>
internal sealed class Credentials(TimeProvider clock, TimeSpan overlap)
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

    /// <summary>The password that the one of <see cref="Password"/> replaced, while it counts; null otherwise.</summary>
    public string? Former(string? file) => file is not null && _files.TryGetValue(file, out var secret) ? secret.Former(overlap) : null;
}
