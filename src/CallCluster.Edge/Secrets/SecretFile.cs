namespace CallCluster.Edge.Secrets;

/// <summary>A secret that stands in a file of one line, read again when the file changes.</summary>
public sealed class SecretFile(string path, TimeProvider clock)
{
    private const int LongestFile = 64 * 1024;
    private static readonly TimeSpan CheckEvery = TimeSpan.FromSeconds(1);
    private readonly Lock _lock = new();
    private DateTimeOffset _checkedAt = DateTimeOffset.MinValue;
    private DateTime _writtenAt;
    private string _value = "";
    private string? _former;
    private DateTimeOffset _replacedAt;

    /// <summary>The secret, without white space at its ends; while the file cannot be read, what it held before.</summary>
    /// <exception cref="IOException">The file could never be read.</exception>
    public string Value
    {
        get
        {
            lock (_lock)
            {
                var now = clock.GetUtcNow();
                if (_value.Length > 0 && now - _checkedAt < CheckEvery) return _value;
                _checkedAt = now;
                try
                {
                    var writtenAt = File.GetLastWriteTimeUtc(path);
                    if (_value.Length == 0 || writtenAt != _writtenAt) Take(Read(path), writtenAt, now);
                }
                catch (Exception exception) when (_value.Length > 0 && exception is IOException or UnauthorizedAccessException or InvalidDataException)
                {
                    return _value;
                }
                return _value;
            }
        }
    }

    /// <summary>The secret that the file held before it changed, for as long after as the overlap lasts; null otherwise. As of the last look at <see cref="Value"/>.</summary>
    public string? Former(TimeSpan overlap)
    {
        lock (_lock) return _former is not null && clock.GetUtcNow() - _replacedAt < overlap ? _former : null;
    }

    /// <summary>Why the file holds no secret ("is not there"), or null.</summary>
    public static string? Fault(string path)
    {
        try
        {
            Read(path);
            return null;
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return "is not there";
        }
        catch (InvalidDataException exception)
        {
            return exception.Message;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return "cannot be read";
        }
    }

    private void Take(string value, DateTime writtenAt, DateTimeOffset now)
    {
        if (_value.Length > 0 && value != _value) (_former, _replacedAt) = (_value, now);
        (_value, _writtenAt) = (value, writtenAt);
    }

    private static string Read(string path)
    {
        if (new FileInfo(path) is { Exists: true, Length: > LongestFile }) throw new InvalidDataException($"is longer than {LongestFile} bytes");
        var text = File.ReadAllText(path).Trim();
        if (text.Length == 0) throw new InvalidDataException("is empty");
        return text.Contains('\n', StringComparison.Ordinal) ? throw new InvalidDataException("holds more than one line") : text;
    }
}
