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
                    if (_value.Length == 0 || writtenAt != _writtenAt) (_value, _writtenAt) = (Read(path), writtenAt);
                }
                catch (Exception exception) when (_value.Length > 0 && exception is IOException or UnauthorizedAccessException or InvalidDataException)
                {
                    return _value;
                }
                return _value;
            }
        }
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

    private static string Read(string path)
    {
        if (new FileInfo(path) is { Exists: true, Length: > LongestFile }) throw new InvalidDataException($"is longer than {LongestFile} bytes");
        var text = File.ReadAllText(path).Trim();
        if (text.Length == 0) throw new InvalidDataException("is empty");
        return text.Contains('\n', StringComparison.Ordinal) ? throw new InvalidDataException("holds more than one line") : text;
    }
}
