using CallCluster.Contracts.Agents;
using CallCluster.Contracts.Callbacks;
using CallCluster.Contracts.Configuration;
using CallCluster.Contracts.Hours;
using CallCluster.Contracts.Queues;
using CallCluster.Grains.Agents;
using CallCluster.Grains.Machines;

namespace CallCluster.Grains.Queues;

/// <summary>What the queue hears of its agents, and what it makes of its configuration.</summary>
public sealed partial class QueueMachine
{
    /// <summary>How long a queue that has just begun waits for its agents to tell their state (PROTOCOL rule 17).</summary>
    private static readonly TimeSpan LoadingFor = TimeSpan.FromSeconds(1);

    private readonly Dictionary<string, QueueAgent> _agents = [];
    private readonly DueHeap<QueueAgent> _agentsDue = new();
    private AgentIndex _index = new(new QueueOptions(), []);
    private Seats _seats = new([TimeSpan.Zero]);
    private DateTimeOffset _loadingEnds;
    private int _unheard;
    private bool _loaded;

    /// <summary>Agents logged in who meet some step's needs.</summary>
    public int LoggedIn => _index.LoggedIn;

    /// <summary>Of these, how many could be sent a caller now.</summary>
    public int AgentsFree => _index.Free;

    /// <summary>Begins: has those who are to be called back come into the line, and asks the agents; until they have answered, or the deadline has come, nobody is matched.</summary>
    public void Load(DateTimeOffset now, Effects effects)
    {
        _loadingEnds = now + LoadingFor;
        foreach (var agent in _agents.Values) Ask(agent, now, effects);
        AskForClosure(now, effects);
        effects.ToCallbacks(_name, new AssertCallbacks());
        if (_unheard == 0 && !LacksClosure) Loaded(now, effects);
    }

    private void Loaded(DateTimeOffset now, Effects effects)
    {
        _loaded = true;
        SettleAll(now, effects);
    }

    private void OnAgentChanged(AgentChanged changed, DateTimeOffset now, Effects effects)
    {
        if (!_agents.TryGetValue(changed.AgentId, out var agent))
        {
            // Not an agent of this queue by this silo's configuration: do not make it wait for a bid.
            if (changed.WantsBids) effects.ToAgent(changed.AgentId, new Bid(_name, changed.Version, null, null, 0));
            return;
        }

        if (changed.Callers is { } callers) Remember(agent, callers);
        if (changed.Version < agent.Version) return;
        Heard(agent, now);
        if (changed.Version == agent.Version && !agent.IsInDoubt)
        {
            if (changed.WantsBids) MakeBid(agent, now, effects);
            return;
        }

        var first = agent.Version == 0;
        var (before, floor) = (LoggedIn, _index.Floor);
        CountServed(agent, changed);
        _index.SetFree(agent, 0);
        (agent.Version, agent.IsInDoubt) = (changed.Version, false);
        agent.IdleSince = changed.IdleSince;
        agent.OccupancyRank = Occupancy.Rank(changed.Occupancy, changed.OccupancyAt);
        _index.SetLoggedIn(agent, changed.LoggedIn);
        _index.SetOnDuty(agent, changed.IsOnDuty);
        _index.SetFree(agent, changed.Free);
        if (first && --_unheard == 0 && !_loaded && !LacksClosure)
        {
            if (changed.WantsBids) MakeBid(agent, now, effects);
            Loaded(now, effects);
            return;
        }

        if (changed.WantsBids) MakeBid(agent, now, effects);
        else FindCallers(agent, now, effects);
        if (_index.Floor > floor) OpenFloor(now, effects);
        if (_loaded && !changed.IsOnDuty) LetGoOf(agent, now, effects);
        if (_loaded && LoggedIn == 0 && before > 0 && _overflow.DependsOnAgents) SettleAll(now, effects);
    }

    /// <summary>The agent is free and asks for no bids, yet somebody may wait: a message was lost.</summary>
    private void FindCallers(QueueAgent agent, DateTimeOffset now, Effects effects)
    {
        while (_loaded && agent.Free > 0 && CallerFor(agent, now) is { } caller)
        {
            var why = WhyCaller(caller, agent, now);
            Reserve(caller, agent, now);
            Schedule(caller, now);
            effects.ToAgent(agent.Id, new Reserve(_name, caller.CallId, caller.OfferId!) { Why = why });
        }
    }

    /// <summary>The last who could meet a step has gone: those who meet the next are for all callers at once.</summary>
    private void OpenFloor(DateTimeOffset now, Effects effects)
    {
        if (_line.Count == 0) return;
        foreach (var agent in _index.FreeAtFloor()) FindCallers(agent, now, effects);
    }

    /// <summary>Looks at everybody in line: after loading, a new configuration, or when the last agent went.</summary>
    private void SettleAll(DateTimeOffset now, Effects effects)
    {
        var line = new Caller[_line.Count];
        _line.CopyTo(line);
        foreach (var caller in line)
        {
            if (caller.State == CallerState.Waiting) _seats.Seat(caller, now);
            Settle(caller, now, effects);
        }
    }

    private void Ask(QueueAgent agent, DateTimeOffset now, Effects effects)
    {
        agent.IsInDoubt = true;
        effects.ToAgent(agent.Id, new TellState(_name) { WithCallers = _options.StickyFor > TimeSpan.Zero && !agent.HasToldCallers });
        _agentsDue.Set(agent, now + AskAgainAfter);
    }

    private void AskAgain(QueueAgent agent, DateTimeOffset now, Effects effects) => Ask(agent, now, effects);

    /// <summary>An agent who has been silent for long is asked: what it said last may have been lost with a silo. Large queues ask less often.</summary>
    private void Heard(QueueAgent agent, DateTimeOffset now) =>
        _agentsDue.Set(agent, now + (_agents.Count > 9000 ? TimeSpan.FromMilliseconds(10 * _agents.Count) : DoubtAfter));

    /// <summary>Takes a new configuration in, if there is one: agents, needs and rules; known agents keep their state and callers their place.</summary>
    private void Reconfigure(DateTimeOffset now, Effects effects)
    {
        if (ReferenceEquals(_routing.Current, _configured)) return;
        _configured = _routing.Current;
        var knowsAll = Configure();
        AskForClosure(now, effects);
        foreach (var agent in _agents.Values)
        {
            if (agent.Version == 0) Ask(agent, now, effects);
        }

        if (!_loaded) return;
        if (knowsAll)
        {
            SettleAll(now, effects);
            return;
        }

        // Who was just added may be the one expert: until all have answered nobody is given up for lack of one.
        _loaded = false;
        _loadingEnds = now + LoadingFor;
    }

    /// <summary>Takes the configuration in; false when it brings agents who have not been asked yet.</summary>
    private bool Configure()
    {
        var knowsAll = true;
        _options = _configured.Queues.GetValueOrDefault(_name) ?? new QueueOptions();
        _overflow = new OverflowRules(_options.Overflow);
        _hours = _options.Hours is { } calendar && _configured.Hours.TryGetValue(calendar, out var hours) ? new OpeningHours(hours) : null;

        var before = new Dictionary<string, QueueAgent>(_agents);
        var serving = new List<(QueueAgent Agent, AgentOptions Options, AgentQueueOptions Serves)>();
        _agents.Clear();
        foreach (var (id, options) in _configured.Agents)
        {
            if (QueueService.Of(options, _name, _options) is not { } service) continue;
            if (!before.Remove(id, out var agent))
            {
                agent = new QueueAgent(id);
                knowsAll = false;
            }

            (agent.FromStep, agent.OfQueue) = (service.FromStep, service.FromStep == 0 ? null : service.As.Name);
            _agents[id] = agent;
            serving.Add((agent, options, service.As));
        }

        foreach (var gone in before.Values) _agentsDue.Remove(gone);
        _index = new AgentIndex(_options, serving, _index);
        _unheard = _agents.Values.Count(agent => agent.Version == 0);
        foreach (var caller in _line) (caller.Matured, caller.SitsFor) = (0, null);
        _seats = new Seats(_index.Waits);
        return knowsAll;
    }
}
