using CallCluster.Media.Engine;
using CallCluster.Media.Wav;

namespace CallCluster.Media.Recording;

/// <summary>
/// A recording's file: a thread of the <see cref="RecordingWriter"/> writes it on each half second, so that a slow, broken or hanging disk never holds up a call. The file is a valid WAV after
/// each, whatever happens then. What is recorded is the derived class's.
/// </summary>
internal abstract class FileRecording
{
    /// <summary>Of the ring between media thread and writer: as much as stays below the 85,000 bytes from which on an array is a large object, which only a full collection frees.</summary>
    internal const int RingSamples = 42_000;

    // A process that is killed may lose one second (PROTOCOL rule 22): half of it is for a machine that is late.
    private static readonly TimeSpan WriteInterval = TimeSpan.FromMilliseconds(500);
    private readonly MediaEngine _engine;
    private readonly MediaStream _stream;
    private readonly IMediaStreamHandler _handler;
    private readonly ITimer _timer;
    private readonly Action _drain;
    private readonly long _startedAt;
    private long _endedAt;
    private WavWriter? _file;
    private int _end = -1;
    private int _asked;
    private long _lost;
    private bool _finished;

    protected FileRecording(MediaEngine engine, MediaStream stream, IMediaStreamHandler handler, RecordingOptions options, int channels)
    {
        _engine = engine;
        _stream = stream;
        _handler = handler;
        _drain = Drain;
        Options = options;
        var bytesPerSample = channels * (options.Format == RecordingFormat.Pcm16 ? 2 : 1);
        MaxSamples = Math.Min((uint.MaxValue - 1024L) / bytesPerSample, (long)((options.MaxLength ?? TimeSpan.FromDays(7)).TotalSeconds * 8000));
        _startedAt = engine.Time.GetTimestamp();
        _timer = engine.Time.CreateTimer(static state => ((FileRecording)state!).Ask(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    protected RecordingOptions Options { get; }

    /// <summary>Samples of each channel that fit.</summary>
    protected long MaxSamples { get; }

    /// <summary>Nothing that comes now gets into the file.</summary>
    protected bool IsFinished => Volatile.Read(ref _finished);

    /// <summary>The peer fell silent, and that ended it.</summary>
    protected bool EndedBySilence => Volatile.Read(ref _end) == (int)RecordingEnd.Silence;

    /// <summary>Whether samples that were lost are an error in the result.</summary>
    protected virtual bool TellsLost => true;

    /// <summary>Time since it began, and at most until it ended.</summary>
    protected TimeSpan Elapsed => Volatile.Read(ref _endedAt) is not 0 and var ended ? _engine.Time.GetElapsedTime(_startedAt, ended) : _engine.Time.GetElapsedTime(_startedAt);

    /// <summary>Ends the recording; only the first call counts. The file is finished by the writer.</summary>
    public void Complete(RecordingEnd end)
    {
        Interlocked.CompareExchange(ref _endedAt, _engine.Time.GetTimestamp(), 0);
        if (Interlocked.CompareExchange(ref _end, (int)end, -1) < 0)
            _engine.Writer.Ended();
        Ask();
    }

    /// <summary>Lets the file be written from now on: the last thing that a constructor does.</summary>
    protected void Begin()
    {
        _engine.RecordingStarted(this);
        if (_engine.Writer.HasRoom)
        {
            Ask();
            return;
        }
        // Never written: what is asked from now on finds it asked for.
        _asked = 1;
        _end = (int)RecordingEnd.Failed;
        Finish(new RecordingResult(Options.RecordingId, Options.Path, TimeSpan.Zero, RecordingEnd.Failed, $"the disk hangs: {RecordingWriter.MostUnfinished} recordings that ended are not written yet"));
    }

    /// <summary>Samples had no room in the ring: the disk stalled for longer than that lasts. They are silence.</summary>
    protected void Lose(int samples)
    {
        Interlocked.Add(ref _lost, samples);
        _stream.Thread.Counters.RecordingSamplesLost += samples;
    }

    protected abstract WavWriter CreateFile();

    /// <summary>Writes what has come since the last time.</summary>
    /// <param name="file">The file.</param>
    /// <param name="isLast">Nothing more will come.</param>
    /// <returns>False when the file has its greatest length.</returns>
    protected abstract bool WriteOut(WavWriter file, bool isLast);

    /// <summary>Writes what has come; called by the writer's threads, by one at a time.</summary>
    private void Drain()
    {
        var began = _engine.Time.GetTimestamp();
        // Read before the end is: who asks later is answered by another turn.
        var asked = Volatile.Read(ref _asked);
        if (TryWriteOut() is { } result)
        {
            if (Interlocked.CompareExchange(ref _end, (int)result.End, -1) >= 0)
                _engine.Writer.Finished();
            Finish(result);
            return;
        }
        var rest = WriteInterval - _engine.Time.GetElapsedTime(began);
        if (Interlocked.Add(ref _asked, -asked) > 0)
            _engine.Writer.Enqueue(_drain);
        else if (rest > TimeSpan.Zero)
            _timer.Change(rest, Timeout.InfiniteTimeSpan);
        else
            Ask();
    }

    /// <summary>Has the file written soon. Not while it waits for that or is being written: then once more after it, so that a disk that hangs is waited for by one thread.</summary>
    private void Ask()
    {
        if (Interlocked.Increment(ref _asked) == 1)
            _engine.Writer.Enqueue(_drain);
    }

    /// <summary>The outcome when this was the last time, or it failed; else null.</summary>
    private RecordingResult? TryWriteOut()
    {
        try
        {
            // Read before what was taken: all that was taken before the end was set is then written.
            var end = Volatile.Read(ref _end);
            if (_file is null)
            {
                Options.Prepare?.Invoke();
                _file = CreateFile();
            }
            if (!WriteOut(_file, isLast: end >= 0) && end < 0)
                end = (int)RecordingEnd.MaxLength;
            _file.Flush();
            if (end < 0)
                return null;
            _file.Dispose();
            var lost = TimeSpan.FromSeconds(Interlocked.Read(ref _lost) / 8000.0);
            return new RecordingResult(Options.RecordingId, Options.Path, _file.Duration, (RecordingEnd)end, TellsLost && lost > TimeSpan.Zero ? $"the disk was too slow: {lost} of audio are silence" : null, lost);
        }
        catch (Exception e)
        {
            _file?.Abandon();
            return new RecordingResult(Options.RecordingId, Options.Path, _file?.Duration ?? TimeSpan.Zero, RecordingEnd.Failed, e.Message);
        }
    }

    private void Finish(RecordingResult result)
    {
        Volatile.Write(ref _finished, true);
        _timer.Dispose();
        _engine.RecordingStopped(this, result);
        _handler.OnRecordingStopped(_stream, result);
    }
}
