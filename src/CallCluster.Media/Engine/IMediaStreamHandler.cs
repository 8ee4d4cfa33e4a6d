using CallCluster.Media.Dtls;
using CallCluster.Media.Recording;

namespace CallCluster.Media.Engine;

/// <summary>What a stream tells its owner. Called on the media thread (recordings: on their writer): enqueue and return, never block, never throw.</summary>
public interface IMediaStreamHandler
{
    /// <summary>The peer pressed a key: one of 0-9 * # A-D, told once, when its first telephone-event packet arrives or its tones have lasted 32 ms.</summary>
    void OnDigit(MediaStream stream, char digit) { }

    /// <summary>Playback ended: all was sent, or it was cut short by a digit, <see cref="MediaStream.StopPlaying"/>, a bridge or another Play.</summary>
    void OnPlaybackFinished(MediaStream stream, long playId, bool interrupted) { }

    /// <summary>The last packet of the last digit given to <see cref="MediaStream.SendDigits"/> has left.</summary>
    void OnDigitsSent(MediaStream stream) { }

    /// <summary>The recording's file is closed, for whatever reason. Comes also after the stream was disposed.</summary>
    void OnRecordingStopped(MediaStream stream, RecordingResult result) { }

    /// <summary>The DTLS handshake made no keys: there will be no media. Told at most once for each that <see cref="MediaStream.Configure"/> asked for.</summary>
    void OnSecurityFailed(MediaStream stream, DtlsFailure failure) { }

    /// <summary>No acceptable RTP for the configured time. Told once; armed again by the next packet.</summary>
    void OnMediaTimeout(MediaStream stream) { }
}
