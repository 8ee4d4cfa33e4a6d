using CallCluster.Contracts.Agents;
using CallCluster.Contracts.Calls;
using CallCluster.Contracts.Configuration;
using CallCluster.Contracts.Queues;
using CallCluster.Contracts.Tickets;
using CallCluster.Contracts.Trunks;
using CallCluster.Grains.Agents;
using CallCluster.Grains.Machines;
using CallCluster.Grains.Queues;

namespace CallCluster.Grains.Staffing;

/// <summary>
/// A contact centre in virtual time: the machines that route real calls (CallMachine, QueueMachine, AgentMachine) with simulated people. Messages arrive at once and none is lost, trunks
/// have room for everybody. The same calls and configuration always give the same.
/// </summary>
public sealed class StaffedCentre
{
    internal const string Trunk = "trunk";
    internal const string Edge = "edge";
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);

    private readonly Agenda _agenda;
    private readonly Queue<Effect> _messages = new();
    private readonly Dictionary<string, (StaffedCall Call, StaffedMachine<CallMessage> Machine)> _calls = [];
    private readonly Dictionary<string, (QueueMachine Queue, StaffedMachine<QueueMessage> Machine)> _queues = [];
    private readonly Dictionary<string, (AgentMachine Agent, StaffedMachine<AgentMessage> Machine)> _agents = [];

    /// <param name="routing">The configuration; see <see cref="StaffedRouting"/> for what makes real people and phones simulated ones.</param>
    /// <param name="start">When callers begin to come.</param>
    /// <param name="pickUp">How long a phone rings until it is answered.</param>
    /// <param name="tally">Counts what happens.</param>
    public StaffedCentre(RoutingOptions routing, DateTimeOffset start, TimeSpan pickUp, CentreTally tally)
    {
        (Routing, PickUp, Tally) = (new FixedRouting(routing), pickUp, tally);
        // Machines that have just begun ask each other first: they have done so when the day begins.
        _agenda = new Agenda(start - TimeSpan.FromSeconds(10));
        foreach (var id in routing.Agents.Keys)
        {
            var agent = new AgentMachine(id, null, Routing, Now);
            _agents.Add(id, (agent, new StaffedMachine<AgentMessage>(agent, _agenda, effects => Carry(id, agent, effects))));
        }

        foreach (var name in routing.Queues.Keys)
        {
            var queue = new QueueMachine(name, Routing, Now);
            _queues.Add(name, (queue, new StaffedMachine<QueueMessage>(queue, _agenda, Carry)));
        }
    }

    /// <summary>Counts what happens.</summary>
    public CentreTally Tally { get; }

    internal IRoutingConfiguration Routing { get; }

    internal TimeSpan PickUp { get; }

    internal DateTimeOffset Now => _agenda.Now;

    /// <summary>Plays the calls to the end of the last one. Whoever still waits a day after the last has come (nobody is there who could answer) is left waiting.</summary>
    /// <param name="calls">By rising time, none before the start.</param>
    /// <param name="onRecord">Is given each call's record.</param>
    public void Play(IEnumerable<ExpectedCall> calls, Action<CallRecord>? onRecord = null)
    {
        foreach (var (agent, machine) in _agents.Values) machine.Turn(effects => agent.Announce(Now, effects));
        foreach (var (queue, machine) in _queues.Values) machine.Turn(effects => queue.Load(Now, effects));
        Drain(onRecord);
        using var next = calls.GetEnumerator();
        var lastCame = Now;
        var more = ExpectNext(next);
        while ((more || _calls.Count > 0) && Now - lastCame < LongestWait && _agenda.Step()) Drain(onRecord);
        foreach (var (id, (agent, _)) in _agents) Tally.OnAgent(id, agent, Now);

        bool ExpectNext(IEnumerator<ExpectedCall> from)
        {
            if (!from.MoveNext()) return false;
            var call = from.Current;
            _agenda.At(call.At, () =>
            {
                more = ExpectNext(from);
                lastCame = Now;
                Begin(call);
            });
            return true;
        }
    }

    internal void After(TimeSpan delay, Action act) => _agenda.After(delay, act);

    internal void Deliver(StaffedCall call, EdgeEvents batch)
    {
        if (_calls.TryGetValue(call.Expected.Id, out var known)) known.Machine.Turn(effects => call.Machine.Deliver(batch, Now, effects));
    }

    private void Begin(ExpectedCall expected)
    {
        var call = new StaffedCall(this, expected);
        StaffedMachine<CallMessage> machine = null!;
        machine = new StaffedMachine<CallMessage>(call.Machine, _agenda, effects =>
        {
            Carry(effects);
            if (!effects.MustClear) return;
            machine.IsOver = true;
            _calls.Remove(expected.Id);
        });
        _calls.Add(expected.Id, (call, machine));
        call.Begin();
    }

    private void Carry(Effects effects)
    {
        foreach (var effect in effects.List) _messages.Enqueue(effect);
    }

    private void Carry(string id, AgentMachine agent, Effects effects)
    {
        Tally.OnAgent(id, agent, Now);
        Carry(effects);
    }

    /// <summary>Lets all messages arrive, in the order in which they were sent, before time goes on.</summary>
    private void Drain(Action<CallRecord>? onRecord)
    {
        while (_messages.TryDequeue(out var effect))
        {
            switch (effect.Payload)
            {
                case CallMessage message when _calls.TryGetValue(effect.Key, out var call): call.Machine.Take(message); break;
                case QueueMessage message when _queues.TryGetValue(effect.Key, out var queue):
                    var arrives = Count(effect.Key, message);
                    queue.Machine.Take(message);
                    if (arrives is not null) arrives.Estimated = queue.Queue.EstimatedWaitOf(arrives.Expected.Id) is { } wait ? (Now, wait) : null;
                    break;
                case AgentMessage message when _agents.TryGetValue(effect.Key, out var agent): agent.Machine.Take(message); break;
                case AcquireChannel acquire: _messages.Enqueue(new Effect(EffectKind.ToCall, acquire.CallId, new ChannelGranted(effect.Key, acquire.Leg))); break;
                case StoreTicket store: _messages.Enqueue(new Effect(EffectKind.ToCall, store.Ticket.CallId, new TicketStored(effect.Key))); break;
                case CallCommands commands when _calls.TryGetValue(effect.Key, out var call): call.Call.Execute(commands); break;
                case CallRecord record when _calls.TryGetValue(effect.Key, out var call):
                    onRecord?.Invoke(record);
                    call.Machine.Turn(effects => call.Call.Machine.OnRecordWritten(Now, effects));
                    break;
            }
        }
    }

    /// <summary>Counts who comes and goes; returns who comes.</summary>
    private StaffedCall? Count(string queue, QueueMessage message)
    {
        switch (message)
        {
            case Enqueue enqueue when _calls.TryGetValue(enqueue.CallId, out var waiting) && waiting.Call.CountedIn != queue:
                waiting.Call.CountedIn = queue;
                Tally.OnOffered(queue, waiting.Call.Expected);
                return waiting.Call;
            case Leave leave when _calls.TryGetValue(leave.CallId, out var gone) && gone.Call.CountedIn == queue:
                gone.Call.CountedIn = null;
                if (leave.Reason == LeaveReason.Answered && gone.Call.Estimated is { } estimated) Tally.OnEstimated(queue, gone.Call.Expected, estimated.Wait - (Now - estimated.At));
                Tally.OnLeft(queue, gone.Call.Expected, leave.Reason, Now - gone.Call.Machine.State!.FirstQueuedAt!.Value);
                break;
        }

        return null;
    }

    private sealed class FixedRouting(RoutingOptions options) : IRoutingConfiguration
    {
        public RoutingOptions Current => options;
    }
}
