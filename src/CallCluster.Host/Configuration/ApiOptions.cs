namespace CallCluster.Host.Configuration;

/// <summary>The HTTP port: health, metrics and API.</summary>
internal sealed record ApiOptions
{
    /// <summary><c>http://ADDRESS:PORT</c>; port 0 takes a free one.</summary>
    public string Listen { get; init; } = "http://127.0.0.1:8080";

    /// <summary>Bearer keys for /api. May be empty only on loopback.</summary>
    public IReadOnlyList<ApiKeyOptions> Keys { get; init; } = [];
}
