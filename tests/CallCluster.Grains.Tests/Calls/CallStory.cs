using CallCluster.Contracts.Agents;
using CallCluster.Contracts.Calls;
using CallCluster.Contracts.Edges;
using CallCluster.Contracts.Queues;
using CallCluster.Contracts.Tickets;
using CallCluster.Contracts.Trunks;
using CallCluster.Grains.Calls;
using CallCluster.Grains.Machines;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;

namespace CallCluster.Grains.Tests.Calls;

/// <summary>
/// Tells a call's story to its machine and keeps what the machine said: who is asked for, queued, reserved, rung, held. Each line of a story is one message.
/// </summary>
internal sealed class CallStory
{
    public const string Id = "call1";
    public static readonly DateTimeOffset Start = new(2026, 11, 23, 9, 0, 0, TimeSpan.Zero);
    private static readonly Serializer Serializer = new ServiceCollection().AddSerializer().BuildServiceProvider().GetRequiredService<Serializer>();

    private readonly Effects _effects = new();
    private byte[]? _stored;
    private int _offers;

    public CallStory(string destination = "queue:support", string? trunk = "carrier")
    {
        Offer = new CallOffer
        {
            Trunk = trunk,
            CallingAgent = trunk is null ? "bob" : null,
            Caller = "+15550111",
            CallerName = "Ann",
            Dialled = "+15550100",
            Destination = destination,
            ReceivedAt = Start,
            SipCallId = "abc@carrier",
        };
        Edge = new SimpleEdge(Offer);
        Machine = new CallMachine(Id, null, Routing, Now);
    }

    /// <summary>A call that begins at our side.</summary>
    public CallStory(PlacedCall placed, string destination)
        : this(destination, trunk: null)
    {
        Offer = Offer with { CallingAgent = null, Caller = "+15550199", Placed = placed };
        Edge = new SimpleEdge(Offer);
        Turn(() => Machine.Place(Offer, Now, _effects));
    }

    public DateTimeOffset Now { get; private set; } = Start;
    public FixedRouting Routing { get; } = new();
    public CallOffer Offer { get; }
    public SimpleEdge Edge { get; private set; }
    public CallMachine Machine { get; private set; }
    public StoredCall Call => Machine.State!;

    /// <summary>Messages and commands of the last turn, in order.</summary>
    public List<object> Last { get; } = [];

    /// <summary>All that was said to each party, in order.</summary>
    public List<(string To, object What)> Said { get; } = [];
    public List<CallRecord> Records { get; } = [];
    public HashSet<string> Tickets { get; } = [];
    public Dictionary<string, (long Version, QueueMessage Last)> Queues { get; } = [];
    public Dictionary<string, bool> Offers { get; } = [];
    public bool ChannelHeld => Channels.Count > 0;

    /// <summary>Channels asked for or held and not given back.</summary>
    public HashSet<(string Trunk, int Leg)> Channels { get; } = [];
    public bool Cleared { get; private set; }

    /// <summary>While false, the edge's disk hangs: no message is prepared.</summary>
    public bool DiskAnswers { get; set; } = true;

    /// <summary>While false, commands are lost on their way to the edge.</summary>
    public bool CommandsArrive { get; set; } = true;

    /// <summary>Tells each message again that has been told so far, oldest first.</summary>
    public List<Action> Told { get; } = [];

    /// <summary>Tells the last message again.</summary>
    public Action Repeat => Told[^1];

    // What happens.
    public CallStory IsOffered() => FromEdge(new CallOffered(Offer));
    public CallStory EdgesAreListed(params string[] edges) => Post(new EdgesListed(edges));
    public CallStory EdgeBegins() => FromEdge(new CallAttached(Offer, []));

    /// <summary>An edge carries the call anew, without a leg.</summary>
    public CallStory EdgeBeginsAgain()
    {
        Edge = new SimpleEdge(Offer, Call.Epoch);
        return EdgeBegins();
    }

    public CallStory CallersTrunkIsGranted() => Post(new ChannelGranted(Call.CallerWay!.Trunk, Call.CallerWay.Leg));
    public CallStory CallerAnswers() => FromEdge(new LegAnswered(0));
    public CallStory CallbackIsKept() => Post(new CallbackKept(Call.CallbackKeptBy!));
    public CallStory ApiHangsUp() => Turn(() => Assert.True(Machine.HangUp(Now, _effects)));
    public CallStory ChannelIsGranted() => Post(new ChannelGranted("carrier"));
    public CallStory OutboundIsGranted() => Post(new ChannelGranted(Call.Outbound!.Trunk, Call.Outbound.Leg));
    public CallStory Arrives() => Offer.Trunk is null ? IsOffered() : IsOffered().ChannelIsGranted();
    public CallStory CallerHangsUp() => FromEdge(new LegEnded(0, Call.AnsweredAt is null ? LegEndCause.Cancelled : LegEndCause.RemoteHangup, null, null));
    public CallStory AgentIsReserved(string agent = "alice", string? queue = null) => Reserve(agent, queue ?? Call.Queue, $"{Id}/{queue ?? Call.Queue}/{++_offers}");
    public CallStory DirectAgentIsReserved() => Reserve(Call.Agent!.AgentId, null, Call.Agent.OfferId);
    public CallStory TransfereeIsReserved() => Reserve(Call.Transfer!.AgentId, null, Call.Transfer.OfferId);
    public CallStory SupervisorIsReserved() => Reserve(Call.Supervision!.AgentId, null, Call.Supervision.OfferId);
    public CallStory SupervisorAnswers() => FromEdge(new LegAnswered(Call.Supervision!.Leg));
    public CallStory AgentRings() => FromEdge(new LegRinging(Edge.AgentLeg));
    public CallStory AgentAnswers() => FromEdge(new LegAnswered(Edge.AgentLeg));
    public CallStory CallerIsConfirmed() => FromEdge(new LegAnswered(0));
    public CallStory AgentHangsUp() => AgentLegEnds(LegEndCause.RemoteHangup);
    public CallStory AgentLegEnds(LegEndCause cause) => FromEdge(new LegEnded(Edge.AgentLeg, cause, null, null));
    public CallStory Keys(string digits) => digits.Aggregate(this, (story, digit) => story.FromEdge(new DigitReceived(0, digit)));
    public CallStory PromptEnds() => FromEdge(new PlaybackFinished(0, Edge.PlayId, false));
    public CallStory RecordingEnds(string? file = "m.wav", string? failure = null) =>
        FromEdge(new RecordingFinished(0, Edge.Recording ?? Id, file is null ? TimeSpan.Zero : TimeSpan.FromSeconds(7), file, failure));
    public CallStory ConversationIsRecorded(string? failure = null) =>
        FromEdge(new ConversationRecorded(Edge.Conversation!, TimeSpan.FromSeconds(failure is null ? 9 : 0), failure is null ? "c.wav" : null, failure));
    public CallStory TicketIsStored() => Post(new TicketStored(Id));
    public CallStory Overflows(string to, string reason = "Waited") => Post(new QueueOverflowed(Call.Queue!, Call.Version, reason, to));
    public CallStory RecordIsWritten() => Turn(() => Machine.OnRecordWritten(Now, _effects));
    public CallStory EdgeAcknowledges() => FromEdge();
    public CallStory EdgeAttaches() => Deliver(Edge.Attach());

    public CallStory FromEdge(params CallEvent[] events) => Deliver(Edge.Batch(events));

    public CallStory Deliver(EdgeEvents batch)
    {
        Told.Add(() => Turn(() => Machine.Deliver(Edge.Again(batch), Now, _effects)));
        return Turn(() => Machine.Deliver(batch, Now, _effects));
    }

    /// <summary>The API asks for a supervisor.</summary>
    public SuperviseStatus Supervise(SupervisionMode mode, string supervisor = "bob")
    {
        var status = SuperviseStatus.UnknownCall;
        Turn(() => status = Machine.Supervise(supervisor, mode, Now, _effects));
        return status;
    }

    /// <summary>The API asks for its end.</summary>
    public SuperviseStatus EndSupervision()
    {
        var status = SuperviseStatus.UnknownCall;
        Turn(() => status = Machine.EndSupervision(Now, _effects));
        return status;
    }

    /// <summary>The API asks for something about the caller who waits.</summary>
    public WaitingChangeStatus Change(WaitingChange change, string queue = "support")
    {
        var status = WaitingChangeStatus.UnknownCall;
        Turn(() => status = Machine.ChangeWaiting(queue, change, Now, _effects));
        return status;
    }

    /// <summary>The API asks for something about the conversation.</summary>
    public ConversationChangeStatus Change(ConversationChange change, string? by = null)
    {
        var status = ConversationChangeStatus.UnknownCall;
        Turn(() => status = Machine.ChangeConversation(by, change, Now, _effects));
        return status;
    }

    /// <summary>The edge of another call says that an agent leaves a leg to it.</summary>
    public CallStory IsKept(int leg, string agent, bool keep = true) => Turn(() => IsKeepUnderWay = Machine.KeepLeg(leg, agent, keep, Now, _effects));

    /// <summary>What <see cref="IsKept"/> was answered last.</summary>
    public bool IsKeepUnderWay { get; private set; }

    public CallStory Post(CallMessage message)
    {
        if (message is AgentRefused refused) Offers[$"{refused.AgentId} {refused.OfferId}"] = false;
        Told.Add(() => Turn(() => Machine.Handle(message, Now, _effects)));
        return Turn(() => Machine.Handle(message, Now, _effects));
    }

    /// <summary>Lets time pass, doing what is due on the way at its exact time.</summary>
    public CallStory After(TimeSpan time)
    {
        var end = Now + time;
        var last = new List<object>();
        while (Machine.NextDue is { } due && due <= end)
        {
            Now = due > Now ? due : Now;
            Turn(() => Machine.OnDue(Now, _effects));
            last.AddRange(Last);
        }
        Now = end;
        Last.Clear();
        Last.AddRange(last);
        return this;
    }

    public CallStory After(double seconds) => After(TimeSpan.FromSeconds(seconds));

    /// <summary>The silo dies; a second later the next one has what was stored, or nothing when the store failed.</summary>
    public CallStory SiloCrashes(bool storeFailed = false)
    {
        Now += TimeSpan.FromSeconds(1);
        Machine = new CallMachine(Id, storeFailed || _stored is null ? null : Serializer.Deserialize<StoredCall>(_stored), Routing, Now);
        return this;
    }

    /// <summary>What the store has; null for nothing.</summary>
    public byte[]? Stored { get => _stored; set => _stored = value; }

    /// <summary>What everybody does once the call is over: legs and recording end at the edge, record and ticket are written, the edge forgets.</summary>
    public CallStory Settles()
    {
        for (var round = 0; round < 12 && !Cleared; round++)
        {
            if (Edge.Attaches) EdgeAttaches();
            foreach (var hangUp in Edge.Executed.OfType<HangUp>().Select(command => command.Leg).Distinct().ToList())
                if (Edge.IsLive(hangUp)) FromEdge(new LegEnded(hangUp, LegEndCause.LocalHangup, null, null));
            if (Edge.Executed.OfType<RejectCaller>().Any() && Edge.IsLive(0)) FromEdge(new LegEnded(0, LegEndCause.LocalHangup, null, null));
            if (Edge.Recording is not null && Call.Voicemail is { Ticket: null }) RecordingEnds();
            if (Edge.Conversation is not null && Call.Recording is null && !Edge.IsLive(0)) ConversationIsRecorded();
            if (Call.Voicemail is { TicketOwed: true, Ticket: not null } && Tickets.Count > 0) TicketIsStored();
            if (Records.Count > 0 && !Call.RecordWritten) RecordIsWritten();
            if (Call is { RecordWritten: true, CallbackKeptBy: { } queue, Voicemail: not { TicketOwed: true } }) Post(new CallbackDropped(queue));
            EdgeAcknowledges();
            After(2);
        }
        return After(12);
    }

    // What is to be seen.
    public T Expect<T>(Func<T, bool>? which = null)
    {
        var found = Last.OfType<T>().Where(what => which is null || which(what)).ToList();
        Assert.True(found.Count > 0, $"expected {typeof(T).Name} among [{string.Join(", ", Last.Select(what => what.GetType().Name))}]");
        return found[0];
    }

    public CallStory Expects<T>(Func<T, bool>? which = null)
    {
        Expect(which);
        return this;
    }

    public CallStory ExpectsNo<T>()
    {
        Assert.DoesNotContain(Last, what => what is T);
        return this;
    }

    public CallStory Is(CallPhase phase)
    {
        Assert.Equal(phase, Call.Phase);
        return this;
    }

    public CallRecord Record => Records[^1];

    /// <summary>I1 to I7 for one call that is over: nobody holds anything for it, and it has exactly one record.</summary>
    public void HoldsNothing()
    {
        Assert.Equal(CallPhase.Ended, Call.Phase);
        Assert.All(Queues, queue => Assert.IsType<Leave>(queue.Value.Last));
        Assert.All(Offers, offer => Assert.False(offer.Value, $"{offer.Key} is still reserved"));
        Assert.False(ChannelHeld, "the channel is still held");
        Assert.True(Edge.Forgotten, "the edge was not told to forget the call");
        Assert.Empty(Edge.LiveLegs);
        Assert.True(Cleared, "the call's state is kept for ever");
        Assert.Null(Machine.NextDue);
        Assert.Single(Records.Select(record => (record.Id, record.EndedAt, record.Outcome, record.Ticket)).Distinct());
        Assert.Equal(Edge.Recording is not null, Tickets.Count == 1);
        if (Edge.Recording is not null) Assert.Equal(Id, Record.Ticket);
    }

    private CallStory Reserve(string agent, string? queue, string offerId)
    {
        Offers[$"{agent} {offerId}"] = true;
        return Post(new AgentReserved(agent, offerId, queue, $"sip:{agent}@127.0.0.1:7001"));
    }

    private CallStory Turn(Action turn)
    {
        _effects.Reset();
        turn();
        Last.Clear();
        if (_effects.MustPersist) _stored = Serializer.SerializeToArray(Machine.State!);
        Cleared |= _effects.MustClear && Machine.State is not null;
        foreach (var effect in _effects.List)
        {
            if (effect.Payload is CallCommands commands)
            {
                Last.AddRange(commands.Commands);
                if (CommandsArrive) Edge.Execute(commands);
                continue;
            }
            Last.Add(effect.Payload!);
            Said.Add((effect.Key, effect.Payload!));
            Note(effect.Key, effect.Payload!);
        }
        return DiskAnswers && CommandsArrive && Last.OfType<PrepareRecording>().LastOrDefault() is { } prepare ? IsPrepared(prepare.RecordingId) : this;
    }

    /// <summary>The manifest is on disk; what follows from that belongs to the turn that asked for it.</summary>
    private CallStory IsPrepared(string recordingId)
    {
        var last = Last.ToList();
        FromEdge(new RecordingPrepared(0, recordingId));
        Last.InsertRange(0, last);
        return this;
    }

    private void Note(string to, object what)
    {
        switch (what)
        {
            case CallRecord record: Records.Add(record); break;
            case StoreTicket store: Tickets.Add(store.Ticket.Id); break;
            case AcquireChannel acquire: Channels.Add((to, acquire.Leg)); break;
            case Contracts.Trunks.ChannelHeld held: Channels.Add((to, held.Leg)); break;
            case ReleaseChannel release: Channels.Remove((to, release.Leg)); break;
            case Enqueue enqueue: Wait(to, enqueue.Version, enqueue); break;
            case Offering offering: Wait(to, offering.Version, offering); break;
            case Leave leave: Wait(to, leave.Version, leave); break;
            case Reserve reserve: Offers[$"{to} {reserve.OfferId}"] = true; break;
            case OfferDeclined declined: Offers[$"{to} {declined.OfferId}"] = false; break;
            case AgentDidNotAnswer notAnswered: Offers[$"{to} {notAnswered.OfferId}"] = false; break;
            case AgentReleased released: Offers[$"{to} {released.OfferId}"] = false; break;
            case OfferAccepted accepted: Assert.True(Offers[$"{to} {accepted.OfferId}"], "consent to an offer that is over"); break;
        }
    }

    private void Wait(string queue, long version, QueueMessage message)
    {
        var news = !Queues.TryGetValue(queue, out var known) || version > known.Version || (version == known.Version && known.Last is not Leave);
        if (news) Queues[queue] = (version, message);
    }
}
