using CallCluster.Media.Engine;
using CallCluster.Media.Wav;

namespace CallCluster.Media.Recording;

/// <summary>
/// A recording's file: a timer on the thread pool writes it on each second, so that a slow or broken disk never holds up a call. The file is a valid WAV after each second, whatever
/// happens then. What is recorded is the derived class's.
/// </summary>
internal abstract class FileRecording
{
    private static readonly TimeSpan WriteInterval = TimeSpan.FromSeconds(1);
    private readonly MediaEngine _engine;
    private readonly MediaStream _stream;
    private readonly IMediaStreamHandler _handler;
    private readonly Lock _fileLock = new();
    private readonly ITimer _timer;
    private readonly long _startedAt;
    private long _endedAt;
    private WavWriter? _file;
    private int _end = -1;
    private bool _finished;

    protected FileRecording(MediaEngine engine, MediaStream stream, IMediaStreamHandler handler, RecordingOptions options, int channels)
    {
        _engine = engine;
        _stream = stream;
        _handler = handler;
        Options = options;
        var bytesPerSample = channels * (options.Format == RecordingFormat.Pcm16 ? 2 : 1);
        MaxSamples = Math.Min((uint.MaxValue - 1024L) / bytesPerSample, (long)((options.MaxLength ?? TimeSpan.FromDays(7)).TotalSeconds * 8000));
        _startedAt = engine.Time.GetTimestamp();
        _timer = engine.Time.CreateTimer(static state => ((FileRecording)state!).Drain(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    protected RecordingOptions Options { get; }

    /// <summary>Samples of each channel that fit.</summary>
    protected long MaxSamples { get; }

    /// <summary>Nothing that comes now gets into the file.</summary>
    protected bool IsFinished => Volatile.Read(ref _finished);

    /// <summary>Time since it began, and at most until it ended.</summary>
    protected TimeSpan Elapsed => Volatile.Read(ref _endedAt) is not 0 and var ended ? _engine.Time.GetElapsedTime(_startedAt, ended) : _engine.Time.GetElapsedTime(_startedAt);

    /// <summary>Ends the recording; only the first call counts. The file is finished by the writer, or at once when asked to wait.</summary>
    public void Complete(RecordingEnd end, bool waitForFile)
    {
        Interlocked.CompareExchange(ref _endedAt, _engine.Time.GetTimestamp(), 0);
        Interlocked.CompareExchange(ref _end, (int)end, -1);
        if (waitForFile)
            Drain();
        else
            _timer.Change(TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Lets the file be written from now on: the last thing that a constructor does.</summary>
    protected void Begin()
    {
        _engine.RecordingStarted(this);
        _timer.Change(TimeSpan.Zero, WriteInterval);
    }

    protected abstract WavWriter CreateFile();

    /// <summary>Writes what has come since the last time.</summary>
    /// <param name="file">The file.</param>
    /// <param name="isLast">Nothing more will come.</param>
    /// <returns>False when the file has its greatest length.</returns>
    protected abstract bool WriteOut(WavWriter file, bool isLast);

    private void Drain()
    {
        RecordingResult result;
        lock (_fileLock)
        {
            if (_finished)
                return;
            try
            {
                // Read before what was taken: all that was taken before the end was set is then written.
                var end = Volatile.Read(ref _end);
                _file ??= CreateFile();
                if (!WriteOut(_file, isLast: end >= 0) && end < 0)
                    end = (int)RecordingEnd.MaxLength;
                _file.Flush();
                if (end < 0)
                    return;
                _file.Dispose();
                result = new RecordingResult(Options.RecordingId, Options.Path, _file.Duration, (RecordingEnd)end);
            }
            catch (Exception e)
            {
                result = new RecordingResult(Options.RecordingId, Options.Path, _file?.Duration ?? TimeSpan.Zero, RecordingEnd.Failed, e.Message);
                _file?.Abandon();
            }
            Volatile.Write(ref _finished, true);
        }
        _timer.Dispose();
        _engine.RecordingStopped(this, result);
        _handler.OnRecordingStopped(_stream, result);
    }
}
