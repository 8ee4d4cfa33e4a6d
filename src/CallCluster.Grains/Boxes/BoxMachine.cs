using CallCluster.Contracts.Boxes;
using CallCluster.Contracts.Tickets;
using CallCluster.Grains.Machines;

namespace CallCluster.Grains.Boxes;

/// <summary>What waits in one voicemail box: the tickets that are not done, at most <see cref="Limit"/> of them.</summary>
public sealed class BoxMachine(string box, BoxState? stored) : Machine<BoxMessage>
{
    public const int Limit = 10_000;

    /// <summary>Far longer than a message is under way (PROTOCOL rule 3).</summary>
    private static readonly TimeSpan RememberDone = TimeSpan.FromMinutes(1);
    private readonly Tombstones _done = new(RememberDone, limit: 1000);

    public BoxState State { get; } = stored ?? new BoxState();

    public override DateTimeOffset? NextDue => null;

    public BoxSummary Summary
    {
        get
        {
            var claimed = State.Waiting.Values.Count(ticket => ticket.Status == TicketStatus.Claimed);
            return new BoxSummary(box, State.Waiting.Count - claimed, claimed, State.Version);
        }
    }

    public override void Handle(BoxMessage message, DateTimeOffset now, Effects effects)
    {
        if (message is not TicketChanged changed || !Apply(changed, now)) return;
        // By the clock, so that a box whose state was lost does not count from the beginning.
        State.Version = Math.Max(State.Version + 1, now.UtcTicks);
        effects.Persist();
    }

    public override void OnDue(DateTimeOffset now, Effects effects)
    {
    }

    private bool Apply(TicketChanged changed, DateTimeOffset now)
    {
        var known = State.Waiting.GetValueOrDefault(changed.TicketId);
        if (known?.Version >= changed.Version || _done.Contains(changed.TicketId, now, changed.Version)) return false;
        if (changed.Status == TicketStatus.Done)
        {
            _done.Add(changed.TicketId, now, changed.Version);
            return State.Waiting.Remove(changed.TicketId);
        }

        if (known is null && State.Waiting.Count >= Limit) return false;
        State.Waiting[changed.TicketId] = new WaitingTicket(changed.Status, changed.Version);
        return true;
    }
}
