namespace CallCluster.Host.Configuration;

/// <summary>Whether events can be kept for webhooks: found out by <c>check</c> and at the start of a process with grains.</summary>
internal static class OutboxDirectory
{
    public static void Check(CallClusterOptions options, ConfigurationErrors errors)
    {
        if (options.Webhooks.Count > 0) WritableDirectory.Check("CallCluster:Records:OutboxDirectory", options.Records.OutboxDirectory, errors);
    }
}
