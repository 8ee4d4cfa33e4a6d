namespace CallCluster.Host.Configuration;

/// <summary>Where the cluster's membership is kept.</summary>
internal enum Clustering
{
    /// <summary>In this process: role <c>all</c> only, no server needed.</summary>
    Localhost,
    Redis,
}
