using CallCluster.Media.Codecs;
using CallCluster.Media.Engine;
using CallCluster.Media.Jitter;
using CallCluster.Media.Rtp;
using CallCluster.Media.Wav;

namespace CallCluster.Media.Recording;

/// <summary>What one peer says: the media thread puts frames into a ring, from which the file is written.</summary>
internal sealed class WavRecording : FileRecording
{
    /// <summary>Mean of a frame's absolute samples from which on something is said: some 46 dB below the loudest.</summary>
    private const int QuietestSpeech = 128;

    /// <summary>Of the silence that ended it, in samples.</summary>
    private const int SilenceKept = 4000;
    private readonly G711Law _law;
    private readonly long _longestUntil = long.MaxValue;
    private readonly long _maxSilence;

    // Five seconds of audio, the time a disk may stall before samples become silence.
    private readonly FrameRing _ring = new(RingSamples);
    private readonly short[] _samples = new short[JitterBuffer.MaxPayload];
    private AudioTimeline _timeline;
    private long _samplesTaken;
    private long _saidUntil;
    private long _lastSaidAt;

    public WavRecording(MediaEngine engine, MediaStream stream, IMediaStreamHandler handler, RecordingOptions options, G711Law law) : base(engine, stream, handler, options, channels: 1)
    {
        _law = law;
        if (options.MaxLength is { } length)
            _longestUntil = stream.Thread.Now + (long)length.TotalMicroseconds;
        _lastSaidAt = stream.Thread.Now;
        _maxSilence = options.MaxSilence is { } silence ? (long)silence.TotalMicroseconds : long.MaxValue / 2;
        Begin();
    }

    /// <summary>When it ends by the clock, in microseconds: a peer who sends nothing, or says nothing, is not recorded for ever.</summary>
    public long? EndsAt => Math.Min(_longestUntil, _lastSaidAt + _maxSilence) is var end && end < long.MaxValue / 2 ? end : null;

    /// <summary>Why it ends at <see cref="EndsAt"/>.</summary>
    public RecordingEnd EndsBy => _longestUntil <= _lastSaidAt + _maxSilence ? RecordingEnd.MaxLength : RecordingEnd.Silence;

    /// <summary>Takes one frame, on the media thread; true when the greatest length is reached. What does not fit the ring becomes silence.</summary>
    /// <param name="header">The frame.</param>
    /// <param name="samples">Its audio.</param>
    /// <param name="isNoise">Made in place of a silence that the peer announced.</param>
    /// <param name="now">Microseconds.</param>
    public bool Write(in RtpHeader header, ReadOnlySpan<short> samples, bool isNoise, long now)
    {
        var next = _timeline;
        if (IsFinished || !next.Place(header, now, out var gap))
            return false;
        var room = MaxSamples - _samplesTaken;
        var silence = (int)Math.Min(gap, room);
        var taken = samples[..(int)Math.Min(samples.Length, room - silence)];
        var isSaid = !isNoise && IsSaid(taken);
        if (isSaid)
            _lastSaidAt = now;
        if (_ring.TryWrite(silence, taken))
        {
            _timeline = next;
            _samplesTaken += silence + taken.Length;
            if (isSaid)
                _saidUntil = _samplesTaken;
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
        if (isLast && EndedBySilence)
            file.CutTo(_saidUntil + SilenceKept);
        return true;
    }

    private static bool IsSaid(ReadOnlySpan<short> samples)
    {
        var sum = 0;
        foreach (var sample in samples)
            sum += Math.Abs((int)sample);
        return sum > QuietestSpeech * samples.Length;
    }
}
