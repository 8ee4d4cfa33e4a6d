using CallCluster.Contracts.Tickets;
using Microsoft.Extensions.Logging;

namespace CallCluster.Grains.Tickets;

/// <summary>At a silo's start, gives the tickets on disk that are not done, or not told of, to their grains, which keep what they know better, and sweeps what dead processes left half written. Does not hold up the start.</summary>
internal sealed partial class TicketRestoration(TicketFiles files, IGrainFactory grains, TimeProvider time, ILogger<TicketRestoration> logger) : IStartupTask
{
    /// <summary>A message may be lost (PROTOCOL rule 3): all are sent once more by then. A file that is being written by another silo is finished by then.</summary>
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
            string[] unfinished = [.. files.Unfinished()];
            var restored = Post();
            if (restored > 0) LogRestored(restored);
            else if (unfinished.Length == 0) return;
            await Task.Delay(Again, time);
            foreach (var path in unfinished) files.Remove(path);
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
        foreach (var state in files.ReadAll())
        {
            if (state is { Ticket.Status: TicketStatus.Done, News.Count: 0 }) continue;
            _ = grains.GetGrain<ITicketGrain>(state.Ticket!.Id).Post(new TicketFound(state.Ticket, [.. state.News]));
            posted++;
        }

        return posted;
    }

    [LoggerMessage(LogLevel.Information, "{Tickets} tickets that are not done, or not told of, were found in the voicemail directory.")]
    private partial void LogRestored(int tickets);

    [LoggerMessage(LogLevel.Error, "The voicemail directory cannot be read: its tickets are not restored. Check the directory and restart the silo.")]
    private partial void LogUnreadable(Exception exception);
}
