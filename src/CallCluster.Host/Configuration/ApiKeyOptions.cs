namespace CallCluster.Host.Configuration;

/// <summary>A bearer key of the API.</summary>
internal sealed record ApiKeyOptions
{
    /// <summary>Who holds the key: logs name it, and idempotency keys count within it.</summary>
    public required string Name { get; init; }
    public ApiRole Role { get; init; } = ApiRole.Admin;

    /// <summary>File that holds the key, read again when it changes.</summary>
    public required string KeyFile { get; init; }

    /// <summary>Whose key it is; with <see cref="ApiRole.Agent"/>, and only there.</summary>
    public string? Agent { get; init; }
}
