using CallCluster.Media.Prompts;
using CallCluster.Media.Recording;
using CallCluster.Media.Rtp;

namespace CallCluster.Media.Engine;

/// <summary>One RTP session with one peer: an even RTP port and its RTCP port. Its methods may be called from any thread; they take effect in the order called, within a tick.</summary>
public sealed partial class MediaStream : IDisposable
{
    /// <summary>The RTP port to announce in SDP; RTCP is on the next one.</summary>
    public int LocalPort => throw new NotImplementedException();

    /// <summary>The figures of this stream; may be read at any time.</summary>
    public RtpStreamStatistics Statistics => throw new NotImplementedException();

    /// <summary>Sets what offer and answer agreed. May be called again after a re-offer: the latch is armed anew when the peer's address changed.</summary>
    public void Configure(MediaStreamParameters parameters) => throw new NotImplementedException();

    /// <summary>Passes audio and digits both ways between this stream and <paramref name="other"/>. Ends what either plays and any earlier bridge of either.</summary>
    public void Bridge(MediaStream other) => throw new NotImplementedException();

    /// <summary>Ends the bridge on both sides.</summary>
    public void Unbridge() => throw new NotImplementedException();

    /// <summary>Plays the prompts one after the other to the peer, in place of what was being played. While bridged, the bridge's audio towards this peer waits.</summary>
    /// <param name="prompts">What to play.</param>
    /// <param name="loop">Start again at the end, until stopped.</param>
    /// <param name="interruptible">A digit from the peer ends it.</param>
    /// <param name="playId">Handed back in <see cref="IMediaStreamHandler.OnPlaybackFinished"/>.</param>
    public void Play(IReadOnlyList<Prompt> prompts, bool loop = false, bool interruptible = false, long playId = 0) => throw new NotImplementedException();

    /// <summary>Ends playback at the next frame.</summary>
    public void StopPlaying() => throw new NotImplementedException();

    /// <summary>Records what the peer says, in place of an earlier recording.</summary>
    public void Record(RecordingOptions options) => throw new NotImplementedException();

    /// <summary>Ends the recording; its result comes by <see cref="IMediaStreamHandler.OnRecordingStopped"/>.</summary>
    public void StopRecording() => throw new NotImplementedException();

    /// <summary>Copies what the peer says into <paramref name="capture"/> from now on; null ends that.</summary>
    public void Capture(PcmCapture? capture) => throw new NotImplementedException();

    /// <summary>Sends keys as telephone-events (RFC 4733), 100 ms each; audio waits meanwhile. Ignored when the peer takes none.</summary>
    /// <exception cref="ArgumentException">A character is none of 0-9 * # A-D.</exception>
    public void SendDigits(string digits) => throw new NotImplementedException();

    /// <summary>Ends everything on this stream; the port rests and is then reused.</summary>
    public void Dispose() => throw new NotImplementedException();
}
