using CallCluster.Contracts.Calls;

namespace CallCluster.Grains.Tests.Simulation;

/// <content>Prompts and recordings.</content>
internal sealed partial class SimulatedCall
{
    private readonly HashSet<string> _recordings = [];
    private readonly List<CallEvent> _finished = [];
    private string? _conversation;
    private long _playing;

    /// <summary>A recording was begun: there must be a ticket (I5).</summary>
    public bool Recorded => _recordings.Contains(Id);

    private void Prepare(PrepareRecording prepare)
    {
        var isKnown = !_recordings.Add("prepared " + prepare.RecordingId);
        // Some disks hang for longer than a caller is kept from the beep.
        var takes = isKnown ? TimeSpan.Zero : _simulator.Chance(0.9) ? _simulator.Between(0.001, 0.1) : _simulator.Between(1, 4);
        _simulator.After(takes, () =>
        {
            if (!_link.IsCut) Tell(new RecordingPrepared(0, prepare.RecordingId));
        });
    }

    private void Play(Play play)
    {
        _simulator.Invariants.OnPlayed(Id, play, isJoined: _legs.TryGetValue(0, out var caller) && caller.BridgedTo is { } other && IsLive(other));
        if (play.Prompts is ["beep"] && !_recordings.Contains("prepared " + Id)) throw _simulator.Broken("nobody hears a beep before the edge was asked to write the manifest (PROTOCOL rule 22)", Id);
        _playing = play.PlayId;
        if (play.Loop) return;
        _simulator.After(_simulator.Between(0.1, 3), () =>
        {
            if (_link.IsCut || _playing != play.PlayId || !IsLive(0)) return;
            _playing = 0;
            var keyed = play.StopOnDigit && _simulator.Chance(0.6);
            if (keyed) Tell(new PlaybackFinished(0, play.PlayId, true), new DigitReceived(0, "12#9"[_simulator.Random.Next(4)]));
            else Tell(new PlaybackFinished(0, play.PlayId, false));
        });
    }

    private void Record(StartRecording start)
    {
        if (!_recordings.Add(start.RecordingId)) return;
        _simulator.Invariants.OnRecording(Id);
        if (!IsLive(0)) FinishRecording(start.RecordingId, "the caller is gone");
        else _simulator.After(_simulator.Between(0.5, start.MaxLength.TotalSeconds), () => FinishRecording(start.RecordingId, null));
    }

    private void FinishRecording(string recordingId, string? failure)
    {
        if (_link.IsCut || !_recordings.Contains(recordingId) || !_recordings.Add("done " + recordingId)) return;
        _finished.Add(new RecordingFinished(0, recordingId, TimeSpan.FromSeconds(failure is null ? 3 : 0), failure is null ? "message.wav" : null, failure));
        Tell(_finished[^1]);
    }

    private void TellRecorded(string recordingId, string? failure)
    {
        _conversation = null;
        _finished.Add(new ConversationRecorded(recordingId, TimeSpan.FromSeconds(failure is null ? 9 : 0), failure is null ? "call.wav" : null, failure));
        Tell(_finished[^1]);
    }
}
