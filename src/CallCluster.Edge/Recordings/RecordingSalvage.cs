using CallCluster.Contracts.Configuration;
using CallCluster.Contracts.Tickets;
using Microsoft.Extensions.Logging;

namespace CallCluster.Edge.Recordings;

/// <summary>
/// Finishes what dead edges left (PROTOCOL rule 22): audio becomes a whole WAV, a message gets its ticket. At its start an edge looks after what it recorded itself under the same id before; while
/// it runs, after every part that nobody has written to between two looks: no clocks of two machines are compared. An edge that lives none the less writes on into the same file and tells a longer message.
/// </summary>
internal sealed partial class RecordingSalvage(string edgeId, IGrainFactory grains, IRoutingConfiguration configuration, TimeProvider clock, ILogger logger) : IAsyncDisposable
{
    /// <summary>Between two looks; a live recording is written to twice a second.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);
    private readonly ILogger _logger = logger;
    private readonly CancellationTokenSource _stop = new();

    /// <summary>How far each part was at the last look.</summary>
    private Dictionary<string, (long Length, DateTime WrittenAt)> _seen = [];

    /// <summary>Tickets that are not known to be stored, by id.</summary>
    private readonly Dictionary<string, Ticket> _owed = [];
    private Task _loop = Task.CompletedTask;

    /// <summary>Call before the edge takes calls: what it has recorded so far is then a dead process's.</summary>
    public void Start()
    {
        LookForOwn();
        _loop = Task.Run(Run);
    }

    internal void LookForOwn()
    {
        Try(VoicemailDirectory, FindOwn);
        if (ConversationDirectory != VoicemailDirectory) Try(ConversationDirectory, FindOwn);
    }

    internal Task Look()
    {
        Try(VoicemailDirectory, FindStale);
        if (ConversationDirectory != VoicemailDirectory) Try(ConversationDirectory, FindStale);
        return StoreTickets();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _loop.ConfigureAwait(false);
        _stop.Dispose();
    }

    private string VoicemailDirectory => configuration.Current.Voicemail.Directory;

    private string ConversationDirectory => configuration.Current.Recordings.Directory;

    private async Task Run()
    {
        using var timer = new PeriodicTimer(Interval, clock);
        try
        {
            do
            {
                await Look().ConfigureAwait(false);
            }
            while (await timer.WaitForNextTickAsync(_stop.Token).ConfigureAwait(false));
        }
        catch (OperationCanceledException)
        {
            // stopped
        }
    }

    /// <summary>Also a message without audio, and one whose process died between the audio and the ticket.</summary>
    private void FindOwn(string directory)
    {
        string[] unfinished = [.. RecordingFiles.Parts(directory).Select(part => part.Id)];
        var untold = directory == VoicemailDirectory ? RecordingFiles.Manifests(directory).Where(id => !File.Exists(Path.Combine(directory, Ticket.FileOf(id)))) : [];
        foreach (var id in unfinished.Union(untold))
            if (RecordingManifest.TryRead(directory, id) is { } manifest && manifest.Edge == edgeId) Finish(directory, id, manifest);
    }

    private void FindStale(string directory)
    {
        var seen = new Dictionary<string, (long, DateTime)>();
        foreach (var (id, length, writtenAt) in RecordingFiles.Parts(directory))
            if (IsStale(RecordingFiles.PartOf(directory, id), length, writtenAt) && RecordingManifest.TryRead(directory, id) is { } manifest) Finish(directory, id, manifest);
        foreach (var torn in RecordingFiles.TornManifests(directory))
            if (IsStale(Path.Combine(directory, torn.Name), torn.Length, torn.LastWriteTimeUtc)) torn.Delete();
        foreach (var (path, before) in _seen)
            if (Path.GetDirectoryName(path) != Path.TrimEndingDirectorySeparator(directory)) seen.TryAdd(path, before);
        _seen = seen;

        bool IsStale(string path, long length, DateTime writtenAt)
        {
            if (_seen.TryGetValue(path, out var before) && before == (length, writtenAt)) return true;
            seen[path] = (length, writtenAt);
            return false;
        }
    }

    private void Finish(string directory, string id, RecordingManifest manifest)
    {
        var wasCut = File.Exists(RecordingFiles.PartOf(directory, id));
        var duration = RecordingFiles.Finish(directory, id);
        if (manifest.Ticket is { } ticket)
        {
            _owed[ticket.Id] = duration is { } kept
                ? ticket with { Duration = kept, AudioFile = Path.GetFileName(RecordingFiles.WholeOf(directory, id)), AudioFailure = wasCut ? "the edge that recorded died: the message may have been longer" : null }
                : ticket with { AudioFailure = "the edge that recorded died before any audio was kept" };
        }

        LogFinished(id, manifest.Edge, duration ?? TimeSpan.Zero);
        EdgeMetrics.RecordingsSalvaged.Add(1);
    }

    private async Task StoreTickets()
    {
        foreach (var (id, ticket) in _owed.ToArray())
        {
            try
            {
                if (await grains.GetGrain<ITicketGrain>(id).Keep(ticket).ConfigureAwait(false)) _owed.Remove(id);
            }
            catch (Exception exception) when (exception is TimeoutException or OrleansException or InvalidOperationException)
            {
                LogTicketOwed(exception, id, Interval);
                return;
            }
        }
    }

    private void Try(string directory, Action<string> find)
    {
        try
        {
            find(directory);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            LogUnreadable(exception, directory, Interval);
        }
    }

    [LoggerMessage(LogLevel.Warning, "Recording {RecordingId} of edge {Edge}, which died while it recorded, is finished: {Duration} of audio were kept.")]
    private partial void LogFinished(string recordingId, string? edge, TimeSpan duration);

    [LoggerMessage(LogLevel.Warning, "The ticket of message {RecordingId}, which a dead edge left, is not stored yet; tried again in {Interval}. Check the silos if this goes on.")]
    private partial void LogTicketOwed(Exception exception, string recordingId, TimeSpan interval);

    [LoggerMessage(LogLevel.Warning, "{Directory} cannot be searched for recordings that dead edges left; tried again in {Interval}. Check its rights and its disk.")]
    private partial void LogUnreadable(Exception exception, string directory, TimeSpan interval);
}
