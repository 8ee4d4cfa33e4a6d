using CallCluster.Contracts.Calls;
using CallCluster.Contracts.Tickets;
using CallCluster.Edge.Recordings;
using CallCluster.Media.Engine;
using CallCluster.Media.Recording;

namespace CallCluster.Edge.Legs;

/// <summary>A message that the party leaves.</summary>
internal abstract partial class Leg
{
    /// <summary>Its manifest is on disk or on the way there, and the beep is to come.</summary>
    private StoredRecording? _prepared;
    private StoredRecording? _recording;
    private string? _lastRecording;
    private RecordingFinished? _failedRecording;

    public void PrepareRecording(PrepareRecording prepare)
    {
        if (_lastRecording == prepare.RecordingId || State == LegState.Ended) return;
        if (_prepared?.Id == prepare.RecordingId)
        {
            if (_prepared.IsPrepared) Tell(new RecordingPrepared(Number, prepare.RecordingId));
            return;
        }

        var recording = _prepared = Stored(prepare.RecordingId, prepare.Box, prepare.Ticket);
        recording.Prepare(() => Call.Post(() =>
        {
            recording.IsPrepared = true;
            if (State == LegState.Ended) recording.Discard();
            else Tell(new RecordingPrepared(Number, recording.Id));
        }));
    }

    public void StartRecording(StartRecording start)
    {
        if (_recording is not null || _lastRecording == start.RecordingId) return;
        _lastRecording = start.RecordingId;
        _recording = _prepared?.Id == start.RecordingId ? _prepared : Stored(start.RecordingId, start.Box, start.Ticket);
        _prepared = null;
        if (Media is { } media) media.Record(_recording.ToOptions() with { MaxLength = start.MaxLength, MaxSilence = start.MaxSilence });
        else RecordingFailed(new RecordingFinished(Number, start.RecordingId, TimeSpan.Zero, null, "the leg has no media") { Ticket = start.Ticket });
    }

    public void StopRecording(string recordingId)
    {
        if (_recording?.Id == recordingId) Media?.StopRecording();
        else if (_failedRecording?.RecordingId == recordingId) TellFailedRecording();
    }

    void IMediaStreamHandler.OnRecordingStopped(MediaStream stream, RecordingResult result) => Call.Post(() =>
    {
        if (result.RecordingId == ConversationRecordingId)
        {
            OnConversationStopped(result);
            return;
        }

        if (_recording is not { } recording) return;
        var (audioFile, failure) = recording.Finish(result);
        var finished = new RecordingFinished(Number, recording.Id, result.Duration, audioFile, failure) { Ticket = recording.Ticket };
        if (finished.Failure is not null)
        {
            RecordingFailed(finished);
            if (State != LegState.Ended) return;
        }

        _recording = null;
        _failedRecording = null;
        Tell(finished);
    });

    /// <summary>
    /// Audio that cannot be kept does not cut the caller short: the message goes on until the caller, its key or its greatest length ends it, and only then is told finished.
    /// </summary>
    private void RecordingFailed(RecordingFinished finished)
    {
        _recording = null;
        _failedRecording = finished;
        EdgeMetrics.RecordingFailures.Add(1);
        Edge.LogRecordingFailed(Call.Id, finished.RecordingId, finished.Failure!, Edge.Configuration.Current.Voicemail.Directory);
    }

    private void TellFailedRecording()
    {
        if (_failedRecording is not { } failed) return;
        _failedRecording = null;
        Tell(failed);
    }

    private StoredRecording Stored(string id, string box, Ticket? ticket) => new(Edge.Configuration.Current.Voicemail.Directory, id, box, Call, Edge) { Ticket = ticket };

    /// <summary>Who hangs up before the beep is over leaves no message.</summary>
    private void DiscardUnspoken()
    {
        // What is still on the way to the disk is discarded when it is there.
        if (_prepared is { IsPrepared: true } unspoken) unspoken.Discard();
    }
}
