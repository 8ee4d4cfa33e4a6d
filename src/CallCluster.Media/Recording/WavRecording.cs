using CallCluster.Media.Codecs;
using CallCluster.Media.Engine;
using CallCluster.Media.Jitter;
using CallCluster.Media.Rtp;
using CallCluster.Media.Wav;

namespace CallCluster.Media.Recording;

/// <summary>What one peer says: the media thread puts frames into a ring, from which the file is written.</summary>
internal sealed class WavRecording : FileRecording
{
    private readonly G711Law _law;

    // Five seconds of audio, the time a disk may stall before samples become silence.
    private readonly FrameRing _ring = new(RingSamples);
    private readonly short[] _samples = new short[JitterBuffer.MaxPayload];
    private AudioTimeline _timeline;
    private long _samplesTaken;

    public WavRecording(MediaEngine engine, MediaStream stream, IMediaStreamHandler handler, RecordingOptions options, G711Law law) : base(engine, stream, handler, options, channels: 1)
    {
        _law = law;
        if (options.MaxLength is { } length)
            EndsAt = stream.Thread.Now + (long)length.TotalMicroseconds;
        Begin();
    }

    /// <summary>When the greatest length is reached by the clock, in microseconds: a peer who sends nothing is not recorded for ever.</summary>
    public long? EndsAt { get; }

    /// <summary>Takes one frame, on the media thread; true when the greatest length is reached. What does not fit the ring becomes silence.</summary>
    public bool Write(in RtpHeader header, ReadOnlySpan<short> samples, long now)
    {
        var next = _timeline;
        if (IsFinished || !next.Place(header, now, out var gap))
            return false;
        var room = MaxSamples - _samplesTaken;
        var silence = (int)Math.Min(gap, room);
        var taken = samples[..(int)Math.Min(samples.Length, room - silence)];
        if (_ring.TryWrite(silence, taken))
        {
            _timeline = next;
            _samplesTaken += silence + taken.Length;
        }
        else
        {
            Lose(taken.Length);
        }
        return _samplesTaken >= MaxSamples;
    }

    /// <summary>A message with a hole in it is a message: as an error it would be told to the caller as one that was not kept.</summary>
    protected override bool TellsLost => false;

    protected override WavWriter CreateFile() => WavWriter.Create(Options.Path, Options.Format, _law);

    protected override bool WriteOut(WavWriter file, bool isLast)
    {
        while (_ring.TryRead(_samples, out var gap, out var length))
        {
            file.WriteSilence(gap);
            file.Write(_samples.AsSpan(0, length));
        }
        return true;
    }
}
