using CallCluster.Contracts.Calls;
using CallCluster.Contracts.Configuration;

namespace CallCluster.Grains.Calls;

/// <summary>The conversation's recording, where the queue wants one: from the first agent to the call's end, whoever the caller talks with. The record waits for what became of it.</summary>
public sealed partial class CallMachine
{
    private void RecordIfWanted(StoredCall call)
    {
        if (call.RecordingId is not null || call.Queue is not { } queue || !Routing.Queues.TryGetValue(queue, out var options) || options.Record != RecordPolicy.Always) return;
        // A voicemail of the same call has the call's own id, and may lie in the same directory.
        call.RecordingId = $"{CallId}-conversation";
        Step(call, "recording begins");
        Send(new RecordConversation(call.RecordingId));
    }

    private void ResumeRecording(StoredCall call)
    {
        if (IsRecordingOwed(call)) Send(new RecordConversation(call.RecordingId!));
    }

    private void OnConversationRecorded(ConversationRecorded recorded, StoredCall call)
    {
        call.RecordingId ??= recorded.RecordingId;
        // Also when the wait for it was given up before and the record is not written yet.
        if (call.Recording is { Failure: null }) return;
        EndRecording(new RecordedConversation(recorded.AudioFile, recorded.Duration, recorded.Failure), call);
    }

    private void EndRecording(RecordedConversation recording, StoredCall call)
    {
        call.Recording = recording;
        if (recording.Failure is { } failure) Step(call, $"recording of {recording.Duration.TotalSeconds:0} s: {failure}");
        _effects.Persist();
        if (call.Phase == CallPhase.Ended) call.RepeatAt = null;
    }

    /// <summary>The edge has not told yet what became of the recording.</summary>
    private static bool IsRecordingOwed(StoredCall call) => call is { RecordingId: not null, Recording: null };
}
