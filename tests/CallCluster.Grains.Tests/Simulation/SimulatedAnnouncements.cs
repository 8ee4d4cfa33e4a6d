using CallCluster.Contracts.Calls;
using CallCluster.Grains.Calls;

namespace CallCluster.Grains.Tests.Simulation;

/// <summary>What callers may expect of what they are told while they wait.</summary>
internal sealed class SimulatedAnnouncements(Simulator simulator)
{
    private readonly Dictionary<(string Call, long Play), string> _queueOf = [];
    private readonly Dictionary<(string Call, string Queue), int> _told = [];
    private readonly Dictionary<string, DateTimeOffset> _silentSince = [];

    /// <summary>A call plays something: where the caller waits at that moment.</summary>
    public void OnCommanded(CallMachine call, CallCommands commands)
    {
        foreach (var play in commands.Commands.OfType<Play>())
            if (call.State?.Queue is { } queue) _queueOf.TryAdd((call.CallId, play.PlayId), queue);
    }

    /// <summary>The edge plays it.</summary>
    public void OnPlayed(string callId, Play play, bool isJoined, bool calm)
    {
        if (calm && isJoined && !play.Loop) throw simulator.Broken("nobody who talks is interrupted", $"{callId} hears {string.Join('+', play.Prompts)} in the conversation");
        var said = Array.FindIndex(play.Prompts, prompt => prompt is "position-next" or "position" or "position-beyond");
        if (said < 0 || !_queueOf.TryGetValue((callId, play.PlayId), out var queue)) return;
        var place = play.Prompts[said] == "position-next" ? 1 : int.Parse(play.Prompts[said + 1]["number-".Length..], System.Globalization.CultureInfo.InvariantCulture);
        if (_told.TryGetValue((callId, queue), out var before) && before < place && !simulator.Grains.LostState.Contains("call/" + callId))
            throw simulator.Broken("a place that was told does not go up", $"{callId} was told {before} in {queue}, then {place}");
        _told[(callId, queue)] = place;
    }

    /// <summary>Whoever waits on the line and was answered hears something all the time.</summary>
    public void CheckMusic(TimeSpan within)
    {
        foreach (var call in simulator.Edges.SelectMany(edge => edge.Calls.Values))
        {
            if (!call.HearsNothing || simulator.Grains.Calls.FirstOrDefault(grain => grain.Id == call.Id).Machine?.State is not { Phase: CallPhase.Queued, Callback: null, CallerGone: false })
            {
                _silentSince.Remove(call.Id);
                continue;
            }

            _silentSince.TryAdd(call.Id, simulator.Now);
            if (simulator.Now - _silentSince[call.Id] > within) throw simulator.Broken("who waits hears music", $"{call.Id} hears nothing since {_silentSince[call.Id] - Simulator.Start}");
        }
    }
}
