namespace CallCluster.Host.Configuration;

/// <summary>How a log line is written.</summary>
internal enum LogFormat
{
    /// <summary>One readable line.</summary>
    Console,
    /// <summary>One JSON object a line.</summary>
    Json,
}
