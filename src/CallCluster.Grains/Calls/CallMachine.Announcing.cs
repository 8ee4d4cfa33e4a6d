using CallCluster.Contracts.Calls;
using CallCluster.Contracts.Configuration;
using CallCluster.Contracts.Queues;
using CallCluster.Grains.Announcements;

namespace CallCluster.Grains.Calls;

/// <summary>
/// Announcements to a caller who waits: the place in line, the estimated wait, prompts in turn, the offer of a callback again. The queue is asked when one is due, so that a place costs
/// nothing while nobody is told; what it answers too late or not at all is not said. An announcement holds nothing up: offers go on beneath it, and whoever answers cuts it.
/// </summary>
public sealed partial class CallMachine
{
    /// <summary>Whoever comes back from an agent who did not answer may be taken by the next at once.</summary>
    private static readonly TimeSpan NotAtOnce = TimeSpan.FromSeconds(1);

    /// <summary>One prompt does not cut another.</summary>
    private static readonly TimeSpan WhilePromptPlays = TimeSpan.FromSeconds(1);

    /// <summary>The question about the wait whose answer may be said; 0 for none.</summary>
    private long _askedForWait;

    private AnnounceOptions? AnnouncementsOf(StoredCall call) => call.Queue is { } queue && Routing.Queues.TryGetValue(queue, out var options) ? options.Announce : null;

    private static DateTimeOffset? AnnouncementDue(StoredCall call) => IsToldOfWait(call) ? call.AnnounceAt : null;

    private static bool IsToldOfWait(StoredCall call) => call is { Phase: CallPhase.Queued, CallerGone: false, Callback: null };

    /// <summary>The caller waits, for the first time or again.</summary>
    private void PlanAnnouncement(StoredCall call)
    {
        if (AnnouncementsOf(call) is not { } options)
        {
            call.AnnounceAt = null;
            return;
        }

        var next = call.AnnounceAt ?? (call.ArrivedAt ?? _now) + (options.First ?? options.Every);
        call.AnnounceAt = next < _now + NotAtOnce ? _now + NotAtOnce : next;
    }

    /// <summary>Another queue, another line.</summary>
    private static void ForgetAnnouncements(StoredCall call) => (call.AnnounceAt, call.Announced, call.ToldPosition) = (null, 0, null);

    private void OnAnnouncementDue(StoredCall call)
    {
        call.AnnounceAt = null;
        if (AnnouncementsOf(call) is not { } options) return;
        if (call.PlayId != 0)
        {
            call.AnnounceAt = _now + WhilePromptPlays;
            return;
        }

        call.AnnounceAt = _now + options.Every;
        if (options is { Position: false, EstimatedWait: false })
        {
            Announce(options, null, null, call);
            return;
        }

        _askedForWait = Stamp(0);
        _effects.ToQueue(call.Queue!, new TellWait(CallId, _askedForWait));
    }

    private void OnWaitTold(WaitTold told, StoredCall call)
    {
        if (told.Asked != _askedForWait || told.Queue != call.Queue || !IsToldOfWait(call) || call.PlayId != 0 || AnnouncementsOf(call) is not { } options) return;
        _askedForWait = 0;
        Announce(options, told.Position, told.EstimatedWait, call);
    }

    private void Announce(AnnounceOptions options, int? position, TimeSpan? wait, StoredCall call)
    {
        var prompts = new List<string>();
        // Whom an agent did not answer has gone back before this caller, who was told better: nothing is said of it.
        if (options.Position && position is { } place && !(place > call.ToldPosition))
        {
            call.ToldPosition = place;
            prompts.AddRange(SpokenWait.Position(place));
        }

        if (options.EstimatedWait && wait is { } expected) prompts.AddRange(SpokenWait.Wait(expected));
        if (options.Prompts.Count > 0) prompts.Add(options.Prompts[call.Announced++ % options.Prompts.Count]);
        if (call.KeysForCallback is not null && CallbackOf(call)?.Prompt is { } offer) prompts.Add(offer);
        if (prompts.Count == 0) return;
        _effects.Persist();
        PlayToWaiting([.. prompts], stopOnDigit: call.KeysForCallback is not null, call);
    }

    /// <summary>What was said to the caller has ended: the pause begins.</summary>
    private void AnnounceAfterPause(StoredCall call)
    {
        if (AnnouncementsOf(call) is { } options) call.AnnounceAt = _now + options.Every;
    }
}
