using CallCluster.Media.Codecs;
using CallCluster.Media.Dtmf;
using CallCluster.Media.Jitter;
using CallCluster.Media.Recording;
using CallCluster.Media.Rtp;

namespace CallCluster.Media.Engine;

// What the peer says as samples, for those who need it so: a recording, a capture, keys as tones, a bridge to another codec. Audio that is only passed on is never decoded.
public sealed partial class MediaStream
{
    private AudioReception? _audio;
    private InbandDtmfDetector? _detector;

    private void Decode(in RtpHeader header, ReadOnlySpan<byte> payload, MediaStreamParameters parameters, MediaStream? transcodeFor)
    {
        _audio ??= new AudioReception();
        if (!_audio.Add(header, payload, parameters.Codec))
        {
            if (transcodeFor is not null || _mixed is not null)
                Drop(RtpDropReason.Stale);
            return;
        }
        while (_audio.TryNext(out var samples, out var frame))
            Deliver(frame, samples, _thread.Now, parameters, transcodeFor);
    }

    private void Deliver(in RtpHeader frame, ReadOnlySpan<short> samples, long now, MediaStreamParameters parameters, MediaStream? transcodeFor)
    {
        if (_recording is { } recording && recording.Write(frame, samples, _audio is { GaveNoise: true }, now))
            EndRecording(RecordingEnd.MaxLength);
        if (_capture is { } capture && _captureTimeline.Place(frame, now, out var gap))
            capture.Write(gap, samples);
        if (parameters.InbandDtmf && TellsDigits)
            DetectDigits(samples);
        // What runs by the clock holds what comes late back itself, and puts it in its own place.
        var own = frame with { Timestamp = frame.Timestamp - (_audio?.Behind ?? 0) };
        if (_peer is not null || _mixed is not null)
            _conversation?.Said(own, samples, now);
        if (_peer is { _conversation: { } heard, IsSentOthers: true })
            heard.Heard(own, samples, now);
        // A mix makes the noise of its members itself.
        if (_audio is { GaveNoise: true })
        {
            transcodeFor?.RelayMadeUp(frame, samples);
            return;
        }
        _mixed?.Said.Write(frame, samples);
        transcodeFor?.RelayDecoded(frame, samples);
    }

    private void DetectDigits(ReadOnlySpan<short> samples)
    {
        _detector ??= new InbandDtmfDetector();
        while (_detector.TryDetect(ref samples, out var digit))
            TakeDigit(digit);
    }

    /// <summary>Whether audio of this codec must be decoded to be sent here; between the two laws of G.711 a table does.</summary>
    private bool MustTranscode(MediaCodec from) => _parameters is { Codec: var to } && to != from && (to == MediaCodec.G722 || from == MediaCodec.G722);
}
