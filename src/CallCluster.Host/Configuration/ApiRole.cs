namespace CallCluster.Host.Configuration;

/// <summary>What a key may do.</summary>
internal enum ApiRole
{
    /// <summary>Everything.</summary>
    Admin,
}
