using System.Collections.Concurrent;

namespace CallCluster.Edge.Admission;

/// <summary>Passwords in files, read again when a file changes so that they rotate without a restart.</summary>
internal sealed class Credentials(TimeProvider clock)
{
    private static readonly TimeSpan CheckEvery = TimeSpan.FromSeconds(1);
    private readonly ConcurrentDictionary<string, Entry> _files = new(StringComparer.Ordinal);

    /// <summary>The first line of the file; null when it cannot be read (nobody then authenticates by it).</summary>
    public string? Password(string? file)
    {
        if (file is null) return null;
        var now = clock.GetUtcNow();
        if (_files.TryGetValue(file, out var known) && now - known.CheckedAt < CheckEvery) return known.Password;
        var entry = Read(file, known, now);
        _files[file] = entry;
        return entry.Password;
    }

    private static Entry Read(string file, Entry? known, DateTimeOffset now)
    {
        try
        {
            var written = File.GetLastWriteTimeUtc(file);
            if (known is not null && known.WrittenAt == written) return known with { CheckedAt = now };
            return new Entry(File.ReadLines(file).FirstOrDefault()?.Trim(), written, now);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return new Entry(known?.Password, default, now);
        }
    }

    private sealed record Entry(string? Password, DateTime WrittenAt, DateTimeOffset CheckedAt);
}
