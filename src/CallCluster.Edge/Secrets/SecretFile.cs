namespace CallCluster.Edge.Secrets;

/// <summary>A secret that stands in a file of one line, read again when the file changes.</summary>
/// <param name="path">The file.</param>
/// <param name="clock">The time.</param>
/// <param name="shortest">Characters that a secret has at least.</param>
/// <param name="refused">Told once of each content that is no secret, with why: what the file held before is kept.</param>
public sealed class SecretFile(string path, TimeProvider clock, int shortest = 1, Action<string>? refused = null)
{
    private const int LongestFile = 64 * 1024;
    private static readonly TimeSpan CheckEvery = TimeSpan.FromSeconds(1);
    private readonly Lock _lock = new();
    private DateTimeOffset _checkedAt = DateTimeOffset.MinValue;
    private DateTime _writtenAt;
    private DateTime? _refusedAt;
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
                var writtenAt = File.GetLastWriteTimeUtc(path);
                try
                {
                    if (_value.Length == 0 || writtenAt != _writtenAt) Take(Read(path, shortest), writtenAt, now);
                }
                catch (Exception exception) when (_value.Length > 0 && exception is IOException or UnauthorizedAccessException or InvalidDataException)
                {
                    if (_refusedAt != writtenAt) refused?.Invoke(FaultOf(exception));
                    _refusedAt = writtenAt;
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
    public static string? Fault(string path, int shortest = 1)
    {
        try
        {
            Read(path, shortest);
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            return FaultOf(exception);
        }
    }

    private static string FaultOf(Exception exception) => exception switch
    {
        FileNotFoundException or DirectoryNotFoundException => "is not there",
        InvalidDataException => exception.Message,
        _ => "cannot be read",
    };

    private void Take(string value, DateTime writtenAt, DateTimeOffset now)
    {
        if (_value.Length > 0 && value != _value) (_former, _replacedAt) = (_value, now);
        (_value, _writtenAt, _refusedAt) = (value, writtenAt, null);
    }

    private static string Read(string path, int shortest)
    {
        if (new FileInfo(path) is { Exists: true, Length: > LongestFile }) throw new InvalidDataException($"is longer than {LongestFile} bytes");
        var text = File.ReadAllText(path).Trim();
        if (text.Length == 0) throw new InvalidDataException("is empty");
        if (text.Contains('\n', StringComparison.Ordinal)) throw new InvalidDataException("holds more than one line");
        return text.Length >= shortest ? text : throw new InvalidDataException($"holds fewer than {shortest} characters");
    }
}
