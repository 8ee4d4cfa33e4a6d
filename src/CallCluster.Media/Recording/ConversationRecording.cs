using CallCluster.Media.Codecs;
using CallCluster.Media.Engine;
using CallCluster.Media.Jitter;
using CallCluster.Media.Rtp;
using CallCluster.Media.Wav;

namespace CallCluster.Media.Recording;

/// <summary>
/// A stream's conversation in stereo: what its peer says on the left, what the peer is sent of others on the right, whoever they are in turn. The file runs by the clock: both channels
/// have the same time at the same place, and what nobody says is silence.
/// </summary>
internal sealed class ConversationRecording : FileRecording
{
    private const int Left = 0;
    private const int Right = 1;

    // Places are kept in 30 bits.
    private const long MostSamples = 24L * 3600 * 8000;

    // What comes later than this is lost: the jitter buffer waits no longer than that.
    private static readonly TimeSpan HoldBack = TimeSpan.FromMilliseconds(500);

    // What a mix adds on average to the way of what it mixes: its playout buffer, and half a tick.
    private const int MixDelay = 240;
    private readonly G711Law _law;

    // Two and a half seconds of both sides, the time a disk may stall before samples become silence.
    private readonly FrameRing _ring = new(RingSamples);
    private readonly StereoWindow _window = new();
    private readonly short[] _samples = new short[JitterBuffer.MaxPayload];
    private readonly long _startedAt;
    private readonly long _max;
    private ClockTimeline _said;
    private ClockTimeline _heard;
    private long _end;

    public ConversationRecording(MediaEngine engine, MediaStream stream, IMediaStreamHandler handler, RecordingOptions options, G711Law law) : base(engine, stream, handler, options, channels: 2)
    {
        _law = law;
        _startedAt = stream.Thread.Now;
        _max = Math.Min(MaxSamples, MostSamples);
        Begin();
    }

    /// <summary>Takes a frame that the stream's peer said, on the media thread.</summary>
    public void Said(in RtpHeader frame, ReadOnlySpan<short> samples, long now) => Put(Left, _said.Place(frame, Clock(now)), samples);

    /// <summary>Takes a frame that the stream's peer is sent by a bridge, on the media thread.</summary>
    public void Heard(in RtpHeader frame, ReadOnlySpan<short> samples, long now) => Put(Right, _heard.Place(frame, Clock(now)), samples);

    /// <summary>Takes what the stream's peer is sent by a mix, on the media thread.</summary>
    /// <param name="samples">What was mixed.</param>
    /// <param name="due">When the mix's tick was due, in microseconds.</param>
    public void HeardMixed(ReadOnlySpan<short> samples, long due) => Put(Right, Clock(due) - samples.Length - MixDelay, samples);

    protected override WavWriter CreateFile() => WavWriter.Create(Options.Path, Options.Format, _law, channels: 2);

    protected override bool WriteOut(WavWriter file, bool isLast)
    {
        while (_ring.TryRead(_samples, out var mark, out var length))
        {
            var (channel, place) = (mark & 1, mark >> 1);
            _end = Math.Max(_end, place + length);
            WriteUntil(_end - StereoWindow.Capacity, file);
            _window.Put(channel, place, _samples.AsSpan(0, length));
        }
        var clock = (long)((isLast ? Elapsed : Elapsed - HoldBack).TotalSeconds * 8000);
        WriteUntil(isLast ? Math.Max(clock, _end) : clock, file);
        return _window.Start < _max;
    }

    private void WriteUntil(long place, WavWriter file) => _window.WriteUntil(Math.Min(place, _max), file);

    private long Clock(long now) => (now - _startedAt) * 8 / 1000;

    private void Put(int channel, long place, ReadOnlySpan<short> samples)
    {
        // Said before the recording began.
        var skip = (int)Math.Clamp(-place, 0, samples.Length);
        place += skip;
        samples = samples[skip..];
        if (IsFinished || samples.IsEmpty || place + samples.Length > _max)
            return;
        if (!_ring.TryWrite((int)place << 1 | channel, samples))
            Lose(samples.Length);
    }
}
