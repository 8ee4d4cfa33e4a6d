using CallCluster.Host.Configuration;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace CallCluster.Host.Telemetry;

/// <summary>Log output.</summary>
internal static class LoggingComposition
{
    public static void AddLogging(this WebApplicationBuilder builder, LogOptions options)
    {
        var others = (LogLevel)Math.Max((int)options.Level, (int)LogLevel.Warning);
        builder.Logging.SetMinimumLevel(others).AddFilter("CallCluster", options.Level)
            .AddFilter("Orleans.Runtime.Silo", LogLevel.Error) // each start warns that server GC is off, which is our choice
            .AddFilter("Orleans.Runtime.Watchdog", LogLevel.Error); // its first check takes the machine's uptime for a delay
        if (options.Format == LogFormat.Json) builder.Logging.AddJsonConsole(console => (console.UseUtcTimestamp, console.TimestampFormat) = (true, "O"));
        else builder.Logging.AddConsole(console => console.FormatterName = ReadableConsoleFormatter.FormatterName).AddConsoleFormatter<ReadableConsoleFormatter, ConsoleFormatterOptions>();
    }
}
