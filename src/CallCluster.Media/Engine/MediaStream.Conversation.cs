using CallCluster.Media.Codecs;
using CallCluster.Media.Recording;

namespace CallCluster.Media.Engine;

// The conversation's recording belongs to one stream of it, the caller's, and stays through every bridge and mix of that stream.
public sealed partial class MediaStream
{
    private ConversationRecording? _conversation;

    /// <summary>
    /// Records in stereo, in place of an earlier such recording: the peer left, and right what the peer is sent of whoever it is bridged or mixed with then. What is said to nobody, in a menu or while waiting,
    /// is silence in it, and so is what others say while the peer holds or is played or sent something else. Goes on through changes of these until
    /// <see cref="StopRecordingConversation"/> or the stream's end; what is played to the peer is not in it. Its end comes by <see cref="IMediaStreamHandler.OnRecordingStopped"/>.
    /// </summary>
    public void RecordConversation(RecordingOptions options) => Post(() =>
    {
        EndConversation(RecordingEnd.Stopped);
        var recording = new ConversationRecording(_engine, this, _handler, options, (_parameters?.Codec ?? default).Law());
        if (_closed)
            recording.Complete(RecordingEnd.StreamClosed);
        else
            _conversation = recording;
        RenderSilence();
        _peer?.RenderSilence();
    });

    /// <summary>Ends the recording of <see cref="RecordConversation"/>.</summary>
    public void StopRecordingConversation() => Post(() => EndConversation(RecordingEnd.Stopped));

    private void EndConversation(RecordingEnd end)
    {
        _conversation?.Complete(end);
        _conversation = null;
    }
}
