using CallCluster.Edge.Secrets;
using StackExchange.Redis;

namespace CallCluster.Host.Configuration;

/// <summary>How Redis is reached.</summary>
internal static class RedisConnection
{
    public static bool IsValid(ClusterOptions cluster)
    {
        try
        {
            return ConfigurationOptions.Parse(cluster.Redis) is { EndPoints.Count: > 0, Password: null };
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    /// <summary>Connects in the background when Redis is away at start, and goes on when it goes away later.</summary>
    public static ConfigurationOptions Options(ClusterOptions cluster)
    {
        var options = ConfigurationOptions.Parse(cluster.Redis);
        options.AbortOnConnectFail = false;
        if (cluster.RedisPasswordFile is { } file) options.Password = new SecretFile(file, TimeProvider.System).Value;
        return options;
    }
}
