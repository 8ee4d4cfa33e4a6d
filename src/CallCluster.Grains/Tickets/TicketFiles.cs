using System.Text.Json;
using System.Text.Json.Serialization;
using CallCluster.Contracts.Configuration;
using CallCluster.Contracts.Tickets;
using Microsoft.Extensions.Logging;

namespace CallCluster.Grains.Tickets;

/// <summary>
/// Tickets beside their audio in the voicemail directory, one file each, whole at every instant: what has been said and done, and what of that was not told yet, outlives every process while grain state is in memory (PROTOCOL rule 22).
/// Only where the directory is: an edge makes it. A disk that fails or hangs is logged and holds up nobody for longer than <see cref="Patience"/>.
/// </summary>
public sealed partial class TicketFiles(IRoutingConfiguration routing, TimeProvider time, ILogger<TicketFiles> logger)
{
    /// <summary>So many may be on the way to a disk that hangs; the next are not written.</summary>
    private const int MostAtOnce = 16;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter() }, WriteIndented = true };
    private readonly ILogger _logger = logger;
    private int _writing;

    private string Folder => routing.Current.Voicemail.Directory;

    /// <summary>Puts a ticket on disk, as it is now.</summary>
    public async Task Write(TicketState state)
    {
        var path = Path.Combine(Folder, Ticket.FileOf(state.Ticket!.Id));
        if (Interlocked.Increment(ref _writing) > MostAtOnce)
        {
            Interlocked.Decrement(ref _writing);
            LogNotWritten(path, "the disk hangs");
            return;
        }

        try
        {
            var text = JsonSerializer.SerializeToUtf8Bytes(state, Json);
            await Task.Run(() => TryWrite(path, text)).WaitAsync(Patience, time).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            LogNotWritten(path, $"the disk has not taken it within {Patience}");
        }
    }

    /// <summary>Every ticket on disk; one that cannot be read is logged and passed over.</summary>
    public IEnumerable<TicketState> ReadAll() => Find(Ticket.FileOf("*")).Select(TryRead).OfType<TicketState>();

    /// <summary>Files that are being written, or were when their process died.</summary>
    public IEnumerable<string> Unfinished() => Find($"{Ticket.FileOf("*")}.*");

    /// <summary>Removes what a dead process has not finished; the ticket is the one that was before, or its call stores it again.</summary>
    public void Remove(string unfinished)
    {
        try
        {
            File.Delete(unfinished);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            LogNotRemoved(unfinished, exception.Message);
        }
    }

    private IEnumerable<string> Find(string pattern) => Directory.Exists(Folder) ? Directory.EnumerateFiles(Folder, pattern, new EnumerationOptions()) : [];

    private void TryWrite(string path, byte[] text)
    {
        try
        {
            if (!Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(path)))) return;
            // By another name first, each writer its own: a reader finds the former or the new, never half of one.
            var part = $"{path}.{Guid.NewGuid():n}";
            using (var file = new FileStream(part, FileMode.CreateNew, FileAccess.Write))
            {
                file.Write(text);
                file.Flush(flushToDisk: true);
            }

            File.Move(part, path, overwrite: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            LogNotWritten(path, exception.Message);
        }
        finally
        {
            Interlocked.Decrement(ref _writing);
        }
    }

    private TicketState? TryRead(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            var state = JsonSerializer.Deserialize<TicketState>(file, Json);
            if (state?.Ticket is not null) return state;
            LogNotRead(path, "it holds no ticket");
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException)
        {
            LogNotRead(path, exception.Message);
            return null;
        }
    }

    [LoggerMessage(LogLevel.Error, "Ticket file {Path} was not written: {Reason}. The ticket is kept in the cluster alone and does not outlive it. Check space and rights of the voicemail directory.")]
    private partial void LogNotWritten(string path, string reason);

    [LoggerMessage(LogLevel.Warning, "Ticket file {Path}, which a dead process has not finished, could not be removed: {Reason}. Remove it by hand.")]
    private partial void LogNotRemoved(string path, string reason);

    [LoggerMessage(LogLevel.Error, "Ticket file {Path} cannot be read: {Reason}. Its ticket is not restored; repair the file or remove it.")]
    private partial void LogNotRead(string path, string reason);
}
