using CallCluster.Contracts.Tickets;
using Microsoft.Extensions.Logging;

namespace CallCluster.Grains.Tickets;

/// <summary>At a silo's start, gives the tickets on disk that are not done to their grains, which keep what they know better. Does not hold up the start.</summary>
internal sealed partial class TicketRestoration(TicketFiles files, IGrainFactory grains, TimeProvider time, ILogger<TicketRestoration> logger) : IStartupTask
{
    /// <summary>A message may be lost (PROTOCOL rule 3): all are sent once more by then.</summary>
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(10);
    private readonly ILogger _logger = logger;

    public Task Execute(CancellationToken cancellationToken)
    {
        _ = Task.Run(Restore, CancellationToken.None);
        return Task.CompletedTask;
    }

    private async Task Restore()
    {
        try
        {
            if (Post() is not (> 0 and var restored)) return;
            LogRestored(restored);
            await Task.Delay(Again, time);
            Post();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            LogUnreadable(exception);
        }
    }

    private int Post()
    {
        var posted = 0;
        foreach (var ticket in files.ReadAll())
        {
            if (ticket.Status == TicketStatus.Done) continue;
            _ = grains.GetGrain<ITicketGrain>(ticket.Id).Post(new TicketFound(ticket));
            posted++;
        }

        return posted;
    }

    [LoggerMessage(LogLevel.Information, "{Tickets} tickets that are not done were found in the voicemail directory.")]
    private partial void LogRestored(int tickets);

    [LoggerMessage(LogLevel.Error, "The voicemail directory cannot be read: its tickets are not restored. Check the directory and restart the silo.")]
    private partial void LogUnreadable(Exception exception);
}
