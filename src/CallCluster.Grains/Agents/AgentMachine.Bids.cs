using CallCluster.Contracts.Agents;
using CallCluster.Contracts.Queues;
using CallCluster.Grains.Machines;

namespace CallCluster.Grains.Agents;

/// <summary>The agent comes free: each of its queues bids its best caller, and the agent picks one (PROTOCOL rule 9).</summary>
public sealed partial class AgentMachine
{
    private static readonly TimeSpan CollectFor = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan FirstReminder = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestReminder = TimeSpan.FromSeconds(30);

    private readonly HashSet<string> _unanswered = [];
    private BidCollection? _bids;
    private DateTimeOffset? _remindAt;
    private int _reminders;
    private bool _recollect;

    private void CollectBids(DateTimeOffset now, Effects effects)
    {
        CancelBids(effects);
        if (Queues is { Count: > 0 } queues) _bids = new BidCollection(State.Version, now + CollectFor, queues);
    }

    /// <summary>The slot is taken otherwise: those who bid a caller are told.</summary>
    private void CancelBids(Effects effects)
    {
        _unanswered.Clear();
        _remindAt = null;
        if (_bids is not { } bids) return;
        _bids = null;
        _recollect = true;
        foreach (var bid in bids.Bids) Lose(bid, effects);
    }

    private void OnBid(Bid bid, DateTimeOffset now, Effects effects)
    {
        if (_bids is { } bids && bid.Version == bids.Version)
        {
            bids.Take(bid);
            if (bids.Missing.Count == 0) Decide(now, effects);
            return;
        }

        var inTime = bid.Version == State.Version && _bids is null;
        if (inTime && _unanswered.Remove(bid.Queue) && _unanswered.Count == 0) _remindAt = null;
        if (bid.CallId is null || Find(bid.OfferId!) is not null) return;
        if (!inTime || FreeAt(now) <= 0 || _over.Contains(bid.OfferId!, now))
        {
            Lose(bid, effects);
            return;
        }

        _recollect = true;
        Keep(bid.CallId, bid.OfferId!, bid.Queue, bid.Why, now, effects);
    }

    private void Decide(DateTimeOffset now, Effects effects)
    {
        var bids = _bids!;
        _bids = null;
        var best = FreeAt(now) > 0 ? bids.Best() : null;
        foreach (var bid in bids.Bids)
        {
            if (!ReferenceEquals(bid, best) && bid.OfferId != best?.OfferId) Lose(bid, effects);
        }

        if (best is not null)
        {
            // The other slots, if any, are bid for anew: these bids were for one.
            _recollect = true;
            Keep(best.CallId!, best.OfferId!, best.Queue, bids.Why(best), now, effects);
        }
        else if (bids.Missing.Count > 0)
        {
            // A queue that did not answer may not have heard that the agent is free.
            _unanswered.UnionWith(bids.Missing);
            _reminders = 0;
            _remindAt = now + FirstReminder;
        }
    }

    private void Remind(DateTimeOffset now, Effects effects)
    {
        foreach (var queue in _unanswered) effects.ToQueue(queue, Snapshot(wantsBids: true));
        _reminders++;
        _remindAt = _unanswered.Count > 0 ? now + Backoff.After(_reminders + 1, FirstReminder, LongestReminder) : null;
    }

    private void Lose(Bid bid, Effects effects) => effects.ToQueue(bid.Queue, new BidLost(_id, State.Version, bid.CallId!, bid.OfferId!));
}
