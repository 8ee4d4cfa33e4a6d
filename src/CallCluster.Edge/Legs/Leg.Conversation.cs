using CallCluster.Contracts.Calls;
using CallCluster.Edge.Recordings;
using CallCluster.Media.Recording;

namespace CallCluster.Edge.Legs;

/// <content>The recording of the caller's conversation, beside which a voicemail may be recorded later.</content>
internal abstract partial class Leg
{
    // Tells the two in the media engine.
    private const long ConversationRecordingId = 1;
    private StoredRecording? _conversation;
    private string? _lastConversation;

    /// <summary>Begins to record; <see cref="ConversationRecorded"/> follows, at the latest when the leg has ended.</summary>
    public void RecordConversation(string recordingId)
    {
        if (_lastConversation == recordingId) return;
        _lastConversation = recordingId;
        _conversation = new StoredRecording(Edge.Configuration.Current.Recordings.Directory, recordingId, box: null, Call, Edge);
        if (Media is { } media) media.RecordConversation(_conversation.ToOptions() with { RecordingId = ConversationRecordingId });
        else TellRecorded(new ConversationRecorded(recordingId, TimeSpan.Zero, null, "the leg has no media"));
    }

    private void OnConversationStopped(RecordingResult result)
    {
        if (_conversation is not { } recording) return;
        var (audioFile, failure) = recording.Finish(result);
        TellRecorded(new ConversationRecorded(recording.Id, result.Duration, audioFile, failure));
    }

    private void TellRecorded(ConversationRecorded recorded)
    {
        _conversation = null;
        if (recorded.Failure is { } failure)
        {
            EdgeMetrics.RecordingFailures.Add(1);
            Edge.LogConversationNotRecorded(Call.Id, failure, Edge.Configuration.Current.Recordings.Directory);
        }

        Tell(recorded);
    }
}
