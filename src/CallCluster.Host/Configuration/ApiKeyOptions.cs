namespace CallCluster.Host.Configuration;

/// <summary>A bearer key of the API.</summary>
internal sealed record ApiKeyOptions
{
    public required string Name { get; init; }
    public ApiRole Role { get; init; } = ApiRole.Admin;

    /// <summary>File that holds the key.</summary>
    public required string KeyFile { get; init; }
}
