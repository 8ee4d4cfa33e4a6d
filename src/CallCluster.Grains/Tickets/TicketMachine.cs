using CallCluster.Contracts.Calls;
using CallCluster.Contracts.Events;
using CallCluster.Contracts.Tickets;
using CallCluster.Grains.Machines;

namespace CallCluster.Grains.Tickets;

/// <summary>
/// One ticket (I5): stored once however often the call asks, and confirmed to the call each time; each of its changes is announced until the host says that it is. Its host confirms only what the
/// store has taken.
/// </summary>
public sealed class TicketMachine(TicketState? stored) : Machine<TicketMessage>
{
    /// <summary>Changes kept for an outbox that does not take them; of more, the oldest but the creation are dropped, as the later ones say all that they said.</summary>
    private const int MostNews = 50;
    private static readonly TimeSpan FirstRepetition = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan SlowestRepetition = TimeSpan.FromSeconds(30);

    private DateTimeOffset _announceAt;
    private int _repetitions;

    public TicketState State { get; } = stored ?? new TicketState();

    public override DateTimeOffset? NextDue => State.News.Count == 0 ? null : _announceAt;

    public override void Handle(TicketMessage message, DateTimeOffset now, Effects effects)
    {
        switch (message)
        {
            case CallBackFailed failed when State.Ticket is { Status: TicketStatus.Claimed } claimed && claimed.Version == failed.Version: Change(TicketStatus.Open, null, now, effects); break;
            case StoreTicket { Ticket: var ticket }: Store(ticket, now, effects); break;
            case TicketFound found: Find(found, now, effects); break;
            case TicketAnnounced { NewsId: var id }:
                if (State.News.RemoveAll(news => news.Id == id) > 0) effects.Persist();
                break;
        }
    }

    /// <summary>What an edge has found: <see cref="ITicketGrain.Keep"/>.</summary>
    public void Keep(Ticket found, DateTimeOffset now, Effects effects)
    {
        var kept = State.Ticket is not { } known ? found with { Version = Math.Max(found.Version, now.UtcTicks) }
            : found.Version > known.Version ? WithAudio(known, found) with { Status = found.Status, ClaimedBy = found.ClaimedBy, Version = found.Version }
            : WithAudio(known, found);
        if (kept == State.Ticket) return;
        Take(kept, now, effects);
        effects.Persist();
    }

    /// <summary>What people do about it: <see cref="ITicketGrain.Change"/>.</summary>
    public TicketChangeOutcome Change(TicketStatus status, string? by, DateTimeOffset now, Effects effects)
    {
        if (State.Ticket is not { } ticket) return TicketChangeOutcome.UnknownTicket;
        if (status == TicketStatus.Claimed && ticket.Status == TicketStatus.Done) return TicketChangeOutcome.DoneAlready;
        if (status == TicketStatus.Claimed && ticket.Status == TicketStatus.Claimed && ticket.ClaimedBy != by) return TicketChangeOutcome.ClaimedAlready;
        if (status == ticket.Status) return TicketChangeOutcome.Accepted;
        State.Ticket = ticket with
        {
            Status = status,
            ClaimedBy = status switch
            {
                TicketStatus.Claimed => by,
                TicketStatus.Done => ticket.ClaimedBy,
                _ => null,
            },
            // By the clock, so that it rises also when the store lost a change.
            Version = Math.Max(ticket.Version + 1, now.UtcTicks),
        };
        var kind = status switch
        {
            TicketStatus.Claimed => EventKind.TicketClaimed,
            TicketStatus.Done => EventKind.TicketDone,
            _ => EventKind.TicketOpened,
        };
        Announce(kind, $"{ticket.Id}/{kind.Name()}/{State.Ticket.Version}", now, effects);
        effects.Persist();
        return TicketChangeOutcome.Accepted;
    }

    public override void OnDue(DateTimeOffset now, Effects effects)
    {
        if (!(NextDue <= now)) return;
        foreach (var news in State.News) effects.Announce(news);
        _announceAt = now + Backoff.After(++_repetitions, FirstRepetition, SlowestRepetition);
    }

    /// <summary>Of a ticket that the store does not know, the process before has told all but what the file says.</summary>
    private void Find(TicketFound found, DateTimeOffset now, Effects effects)
    {
        if (State.Ticket is not null)
        {
            Keep(found.Ticket, now, effects);
            return;
        }

        State.Ticket = found.Ticket with { Version = Math.Max(found.Ticket.Version, now.UtcTicks) };
        State.News = [.. found.Untold];
        effects.Persist();
    }

    private void Store(Ticket ticket, DateTimeOffset now, Effects effects)
    {
        // What people have done about the ticket stays, and audio that somebody has found; only the call knows the rest.
        Take(State.Ticket is { } known ? WithAudio(ticket, known) with { Status = known.Status, ClaimedBy = known.ClaimedBy, Version = known.Version } : ticket with { Version = now.UtcTicks }, now, effects);
        effects.Persist();
        effects.ToCall(ticket.CallId, new TicketStored(ticket.Id));
    }

    private void Take(Ticket ticket, DateTimeOffset now, Effects effects)
    {
        var known = State.Ticket;
        State.Ticket = ticket;
        if (known is null) Announce(EventKind.TicketCreated, $"{ticket.Id}/created", now, effects);
        else if (known.AudioFile != ticket.AudioFile) Announce(EventKind.TicketUpdated, $"{ticket.Id}/updated/{ticket.AudioFile}", now, effects);
    }

    /// <summary>The ticket with the other's audio where that is longer: an edge that was taken for dead may have recorded on after its file was found.</summary>
    private static Ticket WithAudio(Ticket ticket, Ticket other) => other.AudioFile is null || (ticket.AudioFile is not null && other.Duration <= ticket.Duration) ? ticket
        : ticket with { AudioFile = other.AudioFile, AudioFailure = other.AudioFailure, Duration = other.Duration };

    private void Announce(EventKind kind, string id, DateTimeOffset now, Effects effects)
    {
        var news = new TicketNews(id, kind, now, State.Ticket!);
        if (State.News.Count >= MostNews) State.News.RemoveAt(1);
        State.News.Add(news);
        _repetitions = 0;
        _announceAt = now + FirstRepetition;
        effects.Announce(news);
    }
}
