using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace CallCluster.Host.Telemetry;

/// <summary>One line for a person: <c>13:06:26.454 warn EdgeServer: message</c>, an exception's text below it.</summary>
internal sealed class ReadableConsoleFormatter(TimeProvider clock) : ConsoleFormatter(FormatterName)
{
    public const string FormatterName = "readable";

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        var category = logEntry.Category.AsSpan(logEntry.Category.LastIndexOf('.') + 1);
        textWriter.WriteLine($"{clock.GetUtcNow():HH:mm:ss.fff} {Word(logEntry.LogLevel)} {category}: {logEntry.Formatter(logEntry.State, logEntry.Exception).ReplaceLineEndings(" ")}");
        if (logEntry.Exception is { } exception) textWriter.WriteLine(exception);
    }

    private static string Word(LogLevel level) => level switch
    {
        LogLevel.Trace => "trce",
        LogLevel.Debug => "dbug",
        LogLevel.Information => "info",
        LogLevel.Warning => "warn",
        LogLevel.Error => "FAIL",
        _ => "CRIT",
    };
}
