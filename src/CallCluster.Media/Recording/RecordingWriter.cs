using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;

namespace CallCluster.Media.Recording;

/// <summary>
/// The threads that write an engine's recordings. A disk that hangs holds up these and nothing else: neither the thread pool nor a call.
/// </summary>
internal sealed partial class RecordingWriter(ILogger logger)
{
    private const int Threads = 2;

    /// <summary>So many recordings may have ended without being on disk, each with its memory, before new ones are refused.</summary>
    public const int MostUnfinished = 1000;

    private readonly ILogger _logger = logger;
    private readonly Queue<Action> _due = new();
    private readonly List<Thread> _threads = [];
    private bool _stopping;
    private int _unfinished;

    /// <summary>False while the disk does not take what has ended.</summary>
    public bool HasRoom => Volatile.Read(ref _unfinished) < MostUnfinished;

    /// <summary>A recording has ended and is not on disk yet.</summary>
    public void Ended() => Interlocked.Increment(ref _unfinished);

    /// <summary>An ended recording is on disk, or never will be.</summary>
    public void Finished() => Interlocked.Decrement(ref _unfinished);

    /// <summary>Has the work done by one of the threads, after what waits. The first one starts them.</summary>
    public void Enqueue(Action work)
    {
        lock (_due)
        {
            while (_threads.Count < Threads && !_stopping)
            {
                _threads.Add(new Thread(Run) { Name = $"recording-{_threads.Count}", IsBackground = true });
                _threads[^1].Start();
            }
            _due.Enqueue(work);
            Monitor.Pulse(_due);
        }
    }

    /// <summary>Ends the threads when nothing waits any more; a disk that hangs is not waited for longer than <paramref name="patience"/> a thread.</summary>
    public void Stop(TimeSpan patience)
    {
        lock (_due)
        {
            _stopping = true;
            Monitor.PulseAll(_due);
        }
        foreach (var thread in _threads)
        {
            if (!thread.Join(patience))
                LogErrorNotWritten(patience);
        }
    }

    private void Run()
    {
        while (TryTake(out var work))
        {
            try
            {
                work();
            }
            catch (Exception e)
            {
                LogErrorFault(e);
            }
        }
    }

    private bool TryTake([NotNullWhen(true)] out Action? work)
    {
        lock (_due)
        {
            while (!_due.TryDequeue(out work))
            {
                if (_stopping)
                    return false;
                Monitor.Wait(_due);
            }
            return true;
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Recordings could not be finished within {Patience} of the engine's end: the disk hangs. Their files end at the last second that it took.")]
    private partial void LogErrorNotWritten(TimeSpan patience);

    [LoggerMessage(Level = LogLevel.Error, Message = "A recording's file or its end was not dealt with. This is a defect: please report it.")]
    private partial void LogErrorFault(Exception e);
}
