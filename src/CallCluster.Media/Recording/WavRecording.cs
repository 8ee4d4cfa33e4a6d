using CallCluster.Media.Codecs;
using CallCluster.Media.Engine;
using CallCluster.Media.Jitter;
using CallCluster.Media.Rtp;
using CallCluster.Media.Wav;

namespace CallCluster.Media.Recording;

/// <summary>
/// One recording: the media thread puts frames into a ring, and a timer on the thread pool writes them out each second, so that a slow or broken disk never holds up a call. The file
/// is a valid WAV after each second, whatever happens then.
/// </summary>
internal sealed class WavRecording
{
    // Six seconds of audio, the time a disk may stall before samples become silence.
    private const int RingSamples = 52_000;
    private static readonly TimeSpan WriteInterval = TimeSpan.FromSeconds(1);
    private readonly MediaEngine _engine;
    private readonly MediaStream _stream;
    private readonly IMediaStreamHandler _handler;
    private readonly RecordingOptions _options;
    private readonly G711Law _law;
    private readonly FrameRing _ring = new(RingSamples);
    private readonly Lock _fileLock = new();
    private readonly ITimer _timer;
    private readonly short[] _samples = new short[JitterBuffer.MaxPayload];
    private readonly long _maxSamples;
    private AudioTimeline _timeline;
    private long _samplesTaken;
    private WavWriter? _file;
    private int _end = -1;
    private bool _finished;

    public WavRecording(MediaEngine engine, MediaStream stream, IMediaStreamHandler handler, RecordingOptions options, G711Law law)
    {
        _engine = engine;
        _stream = stream;
        _handler = handler;
        _options = options;
        _law = law;
        var bytesPerSample = options.Format == RecordingFormat.Pcm16 ? 2 : 1;
        _maxSamples = Math.Min((uint.MaxValue - 1024L) / bytesPerSample, (long)((options.MaxLength ?? TimeSpan.FromDays(7)).TotalSeconds * 8000));
        if (options.MaxLength is { } length)
            EndsAt = stream.Thread.Now + (long)length.TotalMicroseconds;
        _timer = engine.Time.CreateTimer(static state => ((WavRecording)state!).Drain(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        engine.RecordingStarted(this);
        _timer.Change(TimeSpan.Zero, WriteInterval);
    }

    /// <summary>When the greatest length is reached by the clock, in microseconds: a peer who sends nothing is not recorded for ever.</summary>
    public long? EndsAt { get; }

    /// <summary>Takes one frame, on the media thread; true when the greatest length is reached. What does not fit the ring becomes silence.</summary>
    public bool Write(in RtpHeader header, ReadOnlySpan<short> samples, long now)
    {
        var next = _timeline;
        if (Volatile.Read(ref _finished) || !next.Place(header, now, out var gap))
            return false;
        var room = _maxSamples - _samplesTaken;
        var silence = (int)Math.Min(gap, room);
        var taken = samples[..(int)Math.Min(samples.Length, room - silence)];
        if (_ring.TryWrite(silence, taken))
        {
            _timeline = next;
            _samplesTaken += silence + taken.Length;
        }
        return _samplesTaken >= _maxSamples;
    }

    /// <summary>Ends the recording; only the first call counts. The file is finished by the writer, or at once when asked to wait.</summary>
    public void Complete(RecordingEnd end, bool waitForFile)
    {
        Interlocked.CompareExchange(ref _end, (int)end, -1);
        if (waitForFile)
            Drain();
        else
            _timer.Change(TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }

    private void Drain()
    {
        RecordingResult result;
        lock (_fileLock)
        {
            if (_finished)
                return;
            try
            {
                // Read before the ring: all frames taken before the end was set are then written.
                var end = Volatile.Read(ref _end);
                _file ??= WavWriter.Create(_options.Path, _options.Format, _law);
                while (_ring.TryRead(_samples, out var gap, out var length))
                {
                    _file.WriteSilence(gap);
                    _file.Write(_samples.AsSpan(0, length));
                }
                _file.Flush();
                if (end < 0)
                    return;
                _file.Dispose();
                result = new RecordingResult(_options.RecordingId, _options.Path, _file.Duration, (RecordingEnd)end);
            }
            catch (Exception e)
            {
                result = new RecordingResult(_options.RecordingId, _options.Path, _file?.Duration ?? TimeSpan.Zero, RecordingEnd.Failed, e.Message);
                _file?.Abandon();
            }
            Volatile.Write(ref _finished, true);
        }
        _timer.Dispose();
        _engine.RecordingStopped(this, result);
        _handler.OnRecordingStopped(_stream, result);
    }
}
