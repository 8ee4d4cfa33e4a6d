using Microsoft.Extensions.Logging;

namespace CallCluster.Host.Configuration;

/// <summary>Log output, on standard output.</summary>
internal sealed record LogOptions
{
    public LogFormat Format { get; init; } = LogFormat.Console;

    /// <summary>Least level of CallCluster's own messages; Orleans and ASP.NET are never below Warning.</summary>
    public LogLevel Level { get; init; } = LogLevel.Information;
}
