using CallCluster.Contracts.Boxes;
using CallCluster.Contracts.Tickets;
using CallCluster.Grains.Machines;

namespace CallCluster.Grains.Boxes;

/// <summary>What waits in one voicemail box: the tickets that are not done, at most <see cref="Limit"/> of them.</summary>
public sealed class BoxMachine(string box, BoxState? stored) : Machine<BoxMessage>
{
    public const int Limit = 10_000;

    public BoxState State { get; } = stored ?? new BoxState();

    public override DateTimeOffset? NextDue => null;

    public BoxSummary Summary
    {
        get
        {
            var claimed = State.Waiting.Values.Count(status => status == TicketStatus.Claimed);
            return new BoxSummary(box, State.Waiting.Count - claimed, claimed, State.Version);
        }
    }

    public override void Handle(BoxMessage message, DateTimeOffset now, Effects effects)
    {
        if (message is not TicketChanged changed || !Apply(changed)) return;
        // By the clock, so that a box whose state was lost does not count from the beginning.
        State.Version = Math.Max(State.Version + 1, now.UtcTicks);
        effects.Persist();
    }

    public override void OnDue(DateTimeOffset now, Effects effects)
    {
    }

    private bool Apply(TicketChanged changed)
    {
        if (changed.Status == TicketStatus.Done) return State.Waiting.Remove(changed.TicketId);
        if (State.Waiting.TryGetValue(changed.TicketId, out var known) ? known == changed.Status : State.Waiting.Count >= Limit) return false;
        State.Waiting[changed.TicketId] = changed.Status;
        return true;
    }
}
