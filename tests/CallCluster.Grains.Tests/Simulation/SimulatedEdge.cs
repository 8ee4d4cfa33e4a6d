using CallCluster.Contracts.Calls;
using CallCluster.Contracts.Edges;

namespace CallCluster.Grains.Tests.Simulation;

/// <summary>An edge: carries calls, beats, attaches its calls in sweeps, and may die and come back as another process.</summary>
internal sealed class SimulatedEdge(Simulator simulator, string id)
{
    private readonly Dictionary<string, SimulatedCall> _calls = [];
    private readonly List<string> _started = [];
    private readonly List<string> _ended = [];
    private Guid _process;
    private long _beat;
    private int _processes;

    public string Id { get; } = id;

    public bool Alive { get; private set; }

    public IReadOnlyDictionary<string, SimulatedCall> Calls => _calls;

    public void Begin()
    {
        Alive = true;
        _beat = 0;
        _process = new Guid(++_processes, (short)simulator.Scenario.Seed, 0, new byte[8]);
        var process = _process;
        Beat(process);
        simulator.After(simulator.Between(20, 30), () => Sweep(process));
    }

    public void NewCall(string callId)
    {
        var destinations = Scenario.Destinations;
        var call = new SimulatedCall(simulator, this, callId, destinations[simulator.Random.Next(destinations.Length)]);
        _calls.Add(callId, call);
        _started.Add(callId);
        call.Begin();
    }

    /// <summary>A call that begins at our side; one that is carried by a lower epoch makes room.</summary>
    public void BeginPlaced(BeginCall begin)
    {
        if (!Alive) return;
        if (_calls.TryGetValue(begin.CallId, out var known))
        {
            if (known.Epoch == begin.Epoch) known.Attach();
            if (known.Epoch >= begin.Epoch) return;
            known.Die();
        }

        var call = _calls[begin.CallId] = new SimulatedCall(simulator, this, begin.CallId, begin.Offer.Destination, begin.Epoch);
        _started.Add(begin.CallId);
        call.BeginPlaced(begin.Offer);
    }

    public void Execute(CallCommands commands)
    {
        if (!Alive) return;
        if (_calls.TryGetValue(commands.CallId, out var call))
        {
            call.Execute(commands);
            return;
        }

        var unknown = new EdgeEvents
        {
            EdgeId = Id,
            Observer = null!,
            Epoch = commands.Epoch,
            FirstSequence = 0,
            Events = [new CallUnknown()],
            Incarnation = commands.Incarnation,
            LastCommand = commands.Commands.Length == 0 ? 0 : commands.Commands[^1].Id,
        };
        simulator.Send("call/" + commands.CallId, unknown, () => simulator.Grains.Deliver(commands.CallId, unknown));
    }

    public void Forget(string callId)
    {
        if (_calls.Remove(callId)) _ended.Add(callId);
    }

    /// <summary>The process dies, and its calls with it; another one takes its place after a while.</summary>
    public void Die()
    {
        if (!Alive) return;
        simulator.Note(Id + " dies", null);
        Alive = false;
        foreach (var (callId, call) in _calls)
        {
            call.Die();
            simulator.Invariants.OnEdgeDied(callId, Id);
        }

        _calls.Clear();
        _started.Clear();
        _ended.Clear();
        if (simulator.Random.Next(2) == 0) simulator.After(simulator.Between(1, 30), Begin);
    }

    public void Heartbeat(bool full)
    {
        if (!Alive) return;
        var heartbeat = new EdgeHeartbeat
        {
            Observer = null!,
            ProcessId = _process,
            Number = ++_beat,
            Draining = false,
            Full = full,
            MaxCalls = 100,
            Listeners = [],
            PortsInUse = 0,
            Started = full ? [.. _calls.Keys] : [.. _started],
            Ended = full ? [] : [.. _ended.Where(id => !_calls.ContainsKey(id))],
        };
        _started.Clear();
        _ended.Clear();
        simulator.Send("edge/" + Id, heartbeat, () => simulator.Grains.Heartbeat(Id, heartbeat));
    }

    private void Beat(Guid process)
    {
        if (!Alive || _process != process) return;
        Heartbeat(full: _beat % 10 == 0);
        simulator.After(TimeSpan.FromSeconds(3), () => Beat(process));
    }

    private void Sweep(Guid process)
    {
        if (!Alive || _process != process) return;
        foreach (var call in _calls.Values) call.Attach();
        simulator.After(simulator.Between(25, 35), () => Sweep(process));
    }
}
