using CallCluster.Contracts.Agents;
using CallCluster.Contracts.Configuration;
using CallCluster.Contracts.Queues;
using CallCluster.Grains.Machines;

namespace CallCluster.Grains.Queues;

/// <summary>The queue's index of its agents: who is logged in, who is free and fits, longest idle first.</summary>
public sealed partial class QueueMachine
{
    /// <summary>How long a queue that has just begun waits for its agents to tell their state (PROTOCOL rule 17).</summary>
    private static readonly TimeSpan LoadingFor = TimeSpan.FromSeconds(1);

    private readonly Dictionary<string, QueueAgent> _agents = [];
    private readonly DueHeap<QueueAgent> _agentsDue = new();
    private List<DelayClass> _classes = [new DelayClass(TimeSpan.Zero)];
    private DateTimeOffset _loadingEnds;
    private int _unheard;
    private bool _loaded;

    /// <summary>Agents logged in who meet the needs.</summary>
    public int LoggedIn { get; private set; }

    /// <summary>Of these, how many could be sent a caller now.</summary>
    public int AgentsFree { get; private set; }

    /// <summary>Begins: asks the agents; until they have answered, or the deadline has come, nobody is matched.</summary>
    public void Load(DateTimeOffset now, Effects effects)
    {
        _loadingEnds = now + LoadingFor;
        foreach (var agent in _agents.Values) Ask(agent, now, effects);
        if (_unheard == 0) Loaded(now, effects);
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

        if (changed.Version < agent.Version) return;
        Heard(agent, now);
        if (changed.Version == agent.Version)
        {
            if (changed.WantsBids) MakeBid(agent, now, effects);
            return;
        }

        var first = agent.Version == 0;
        var before = LoggedIn;
        SetFree(agent, 0);
        agent.Version = changed.Version;
        agent.IdleSince = changed.IdleSince;
        SetLoggedIn(agent, changed.LoggedIn);
        SetFree(agent, changed.Free);
        if (first && --_unheard == 0 && !_loaded)
        {
            if (changed.WantsBids) MakeBid(agent, now, effects);
            Loaded(now, effects);
            return;
        }

        if (changed.WantsBids) MakeBid(agent, now, effects);
        else FindCallers(agent, now, effects);
        if (_loaded && LoggedIn == 0 && before > 0 && _overflow.DependsOnAgents) SettleAll(now, effects);
    }

    /// <summary>The agent is free and asks for no bids, yet somebody may wait: a message was lost.</summary>
    private void FindCallers(QueueAgent agent, DateTimeOffset now, Effects effects)
    {
        while (_loaded && agent.Free > 0 && LongestIdleStrategy.CallerFor(agent, _classes, now) is { } caller)
        {
            Reserve(caller, agent, now);
            Schedule(caller, now);
            effects.ToAgent(agent.Id, new Reserve(_name, caller.CallId, caller.OfferId!));
        }
    }

    /// <summary>Looks at everybody in line: after loading, a new configuration, or when the last agent went.</summary>
    private void SettleAll(DateTimeOffset now, Effects effects)
    {
        var line = new Caller[_line.Count];
        _line.CopyTo(line);
        foreach (var caller in line)
        {
            if (caller.State == CallerState.Waiting) Seat(caller, now);
            Settle(caller, null, now, effects);
        }
    }

    private void SetLoggedIn(QueueAgent agent, bool loggedIn)
    {
        if (agent.Fits && agent.LoggedIn != loggedIn) LoggedIn += loggedIn ? 1 : -1;
        agent.LoggedIn = loggedIn;
    }

    /// <summary>Changes how many callers the agent may be sent; the place in the index follows. <see cref="QueueAgent.IdleSince"/> changes only while this is 0.</summary>
    private void SetFree(QueueAgent agent, int free)
    {
        var idle = _classes[agent.Class].Idle;
        if (agent.Fits && agent.Free > 0 && free <= 0)
        {
            idle.Remove(agent);
            AgentsFree--;
        }
        else if (agent.Fits && agent.Free <= 0 && free > 0)
        {
            idle.Add(agent);
            AgentsFree++;
        }

        agent.Free = free;
    }

    private void Ask(QueueAgent agent, DateTimeOffset now, Effects effects)
    {
        effects.ToAgent(agent.Id, new TellState(_name));
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
        foreach (var caller in _line) caller.Matured = 0;
        Configure();
        foreach (var agent in _agents.Values)
        {
            if (agent.Version == 0) Ask(agent, now, effects);
        }

        if (_loaded) SettleAll(now, effects);
    }

    private void Configure()
    {
        _options = _configured.Queues.GetValueOrDefault(_name) ?? new QueueOptions();
        _overflow = new OverflowRules(_options.Overflow);
        var needs = _options.Steps.Count > 0 ? _options.Steps[0].Needs : new Dictionary<string, int>();

        var before = new Dictionary<string, QueueAgent>(_agents);
        var serving = new List<(QueueAgent Agent, TimeSpan Delay, bool Fits)>();
        _agents.Clear();
        foreach (var (id, options) in _configured.Agents)
        {
            foreach (var queue in options.Queues)
            {
                if (queue.Name != _name) continue;
                if (!before.Remove(id, out var agent)) agent = new QueueAgent(id);
                _agents[id] = agent;
                serving.Add((agent, queue.Delay, Meets(options.Skills, needs)));
                break;
            }
        }

        foreach (var gone in before.Values) _agentsDue.Remove(gone);
        Index(serving);
    }

    private void Index(List<(QueueAgent Agent, TimeSpan Delay, bool Fits)> serving)
    {
        var delays = new SortedSet<TimeSpan> { TimeSpan.Zero };
        foreach (var (_, delay, _) in serving) delays.Add(delay);
        _classes = [.. delays.Select(delay => new DelayClass(delay))];
        (LoggedIn, AgentsFree, _unheard) = (0, 0, 0);
        foreach (var (agent, delay, fits) in serving)
        {
            var (free, loggedIn) = (agent.Free, agent.LoggedIn);
            (agent.Free, agent.LoggedIn) = (0, false);
            agent.Fits = fits;
            agent.Class = _classes.FindIndex(c => c.Delay == delay);
            SetLoggedIn(agent, loggedIn);
            SetFree(agent, free);
            if (agent.Version == 0) _unheard++;
        }
    }

    private static bool Meets(IReadOnlyDictionary<string, int> skills, IReadOnlyDictionary<string, int> needs)
    {
        foreach (var (skill, level) in needs)
        {
            if (!skills.TryGetValue(skill, out var has) || has < level) return false;
        }

        return true;
    }
}
