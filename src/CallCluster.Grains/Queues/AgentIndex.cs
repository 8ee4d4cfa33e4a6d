using CallCluster.Contracts.Configuration;
using CallCluster.Contracts.Queues;

namespace CallCluster.Grains.Queues;

/// <summary>
/// A queue's agents, indexed so that the best free one for a caller is found without looking at the others. Changed only by its methods; made anew
/// from a new configuration.
/// </summary>
public sealed partial class AgentIndex
{
    /// <summary>One turn of an agent of weight 1.</summary>
    private const long Round = 1_000_000;

    private readonly QueueStrategy _strategy;
    private readonly NeedSteps _steps;
    private readonly TimeSpan[] _waits;
    private readonly int[] _stepWaits;
    private readonly AgentClass[][] _byStep;
    private readonly int[] _loggedIn;
    private readonly IComparer<QueueAgent> _order;

    /// <param name="options">The queue.</param>
    /// <param name="serving">Its agents, who keep what they are; each once.</param>
    /// <param name="before">What was in force until now: turns go on.</param>
    public AgentIndex(QueueOptions options, IReadOnlyList<(QueueAgent Agent, AgentOptions Options, AgentQueueOptions Serves)> serving, AgentIndex? before = null)
    {
        (_strategy, _steps, _order) = (options.Strategy, new NeedSteps(options.Steps), AgentOrder.Of(options.Strategy));
        Turn = before?.Turn ?? 0;
        var steps = Enumerable.Range(0, _steps.Count).ToArray();
        _waits = [.. serving.Select(agent => agent.Serves.Delay).Concat(steps.Select(_steps.After)).Append(TimeSpan.Zero).Distinct().Order()];
        _stepWaits = [.. steps.Select(step => Array.IndexOf(_waits, _steps.After(step)))];
        _loggedIn = new int[_steps.Count];
        Floor = _steps.Count;
        var classes = new Dictionary<string, AgentClass>();
        foreach (var (agent, skills, serves) in serving) Add(agent, skills.Skills, skills.Capacity, serves, classes);
        _byStep = [.. steps.Select(step => classes.Values.Where(alike => alike.First <= step).OrderBy(alike => alike, Comparer<AgentClass>.Create((a, b) => AgentClass.Compare(a, b, step))).ToArray())];
    }

    /// <summary>The waits after which something changes for a caller: agents' delays and steps' times, rising from zero.</summary>
    public IReadOnlyList<TimeSpan> Waits => _waits;

    /// <summary>Agents logged in who meet some step's needs.</summary>
    public int LoggedIn { get; private set; }

    /// <summary>Of these, how many could be sent a caller now.</summary>
    public int Free { get; private set; }

    /// <summary>How many calls those on duty can have at once.</summary>
    public int Slots { get; private set; }

    /// <summary>Of these, how many they could be sent now.</summary>
    public int FreeSlots { get; private set; }

    /// <summary>The first step that somebody logged in meets, the number of steps when there is nobody: callers are in no earlier one.</summary>
    public int Floor { get; private set; }

    /// <summary>The turn that came last.</summary>
    public long Turn { get; private set; }

    /// <summary>The step of a caller who has waited out the first <paramref name="matured"/> waits.</summary>
    public int Step(int matured)
    {
        var step = Math.Min(Floor, _steps.Count - 1);
        while (step + 1 < _steps.Count && _stepWaits[step + 1] < matured) step++;
        return step;
    }

    /// <summary>How many of the waits a caller must have waited out before the agent may take them.</summary>
    public int WaitsFor(AgentClass alike) => 1 + (alike.First <= Floor ? alike.Wait : Math.Max(alike.Wait, _stepWaits[alike.First]));

    /// <summary>The agent for a caller by needs, preferences and strategy; null when none may be sent now.</summary>
    public QueueAgent? Best(Caller caller, DateTimeOffset now)
    {
        if (Free == 0) return null;
        var step = Step(caller.Matured);
        QueueAgent? best = null;
        foreach (var alike in _byStep[step])
        {
            if (best is not null && AgentClass.Compare(best.Class!, alike, step) < 0) break;
            if (alike.Wait >= caller.Matured || FirstNotRefused(caller, alike.Idle, now) is not { } candidate) continue;
            if (best is null || _order.Compare(candidate, best) < 0) best = candidate;
        }

        return best;
    }

    public void SetLoggedIn(QueueAgent agent, bool loggedIn)
    {
        if (agent.Class is { } alike && agent.LoggedIn != loggedIn)
        {
            LoggedIn += loggedIn ? 1 : -1;
            _loggedIn[alike.First] += loggedIn ? 1 : -1;
            Floor = 0;
            while (Floor < _loggedIn.Length && _loggedIn[Floor] == 0) Floor++;
        }

        agent.LoggedIn = loggedIn;
    }

    public void SetOnDuty(QueueAgent agent, bool onDuty)
    {
        if (agent.Class is not null && agent.OnDuty != onDuty) Slots += onDuty ? agent.Capacity : -agent.Capacity;
        agent.OnDuty = onDuty;
    }

    /// <summary>Changes how many callers the agent may be sent. What the agent is ordered by changes only while this is 0.</summary>
    public void SetFree(QueueAgent agent, int free)
    {
        if (agent.Class is { } alike && agent.Free > 0)
        {
            alike.Idle.Remove(agent);
            Free--;
            FreeSlots -= agent.Free;
        }

        agent.Free = free;
        if (agent.Class is not { } joined || free <= 0) return;
        // Who comes late into a round has no claim to the turns that were missed.
        if (agent.Turn < Turn && agent.Stride > 0) agent.Turn = Turn;
        joined.Idle.Add(agent);
        Free++;
        FreeSlots += free;
    }

    /// <summary>A caller is sent to the agent.</summary>
    public void Take(QueueAgent agent)
    {
        var free = agent.Free;
        SetFree(agent, 0);
        if (agent.Stride > 0 && agent.Turn > Turn) Turn = agent.Turn;
        agent.Turn += agent.Stride;
        SetFree(agent, free - 1);
    }

    /// <summary>The agent did not get the caller after all: it was no turn. Whether the agent is free is the agent's to say.</summary>
    public void ReturnTurn(QueueAgent agent)
    {
        if (agent.Stride == 0) return;
        var free = agent.Free;
        SetFree(agent, 0);
        agent.Turn -= agent.Stride;
        SetFree(agent, free);
    }

    /// <summary>Free agents to whom a rise of the floor has opened callers, in the strategy's order.</summary>
    public List<QueueAgent> FreeAtFloor()
    {
        var free = new List<QueueAgent>();
        if (Floor == _steps.Count) return free;
        foreach (var alike in _byStep[Floor]) free.AddRange(alike.Idle);
        return free;
    }

    private void Add(QueueAgent agent, IReadOnlyDictionary<string, int> skills, int capacity, AgentQueueOptions serves, Dictionary<string, AgentClass> classes)
    {
        var (free, loggedIn, onDuty) = (agent.Free, agent.LoggedIn, agent.OnDuty);
        (agent.Free, agent.LoggedIn, agent.OnDuty, agent.Class) = (0, false, false, null);
        (agent.Skills, agent.Named) = (skills, new SkillLevel[]?[_steps.Count]);
        agent.AllLevels = skills.Values.Sum();
        agent.Capacity = capacity;
        agent.Stride = _strategy switch { QueueStrategy.RoundRobin => Round, QueueStrategy.Weighted => Round / serves.Weight, _ => 0 };
        // A turn of the strategy before may lie far ahead of this one's.
        if (agent.Stride > 0) agent.Turn = Math.Min(agent.Turn, Turn + agent.Stride);
        var (wait, first) = (Array.IndexOf(_waits, serves.Delay), Math.Max(_steps.FirstMet(skills), agent.FromStep));
        if (first < _steps.Count)
        {
            var preferred = new int[_steps.Count];
            var levels = new int[_steps.Count];
            for (var step = first; step < _steps.Count; step++)
            {
                preferred[step] = _steps.Preferred(step, skills);
                if (_strategy == QueueStrategy.MostSkilled) levels[step] = _steps.Levels(step, skills);
            }

            var key = $"{wait} {first} {string.Join(',', preferred)} {string.Join(',', levels)}";
            if (!classes.TryGetValue(key, out var alike)) classes.Add(key, alike = new AgentClass(wait, first, preferred, levels, _order));
            agent.Class = alike;
        }

        SetLoggedIn(agent, loggedIn);
        SetOnDuty(agent, onDuty);
        SetFree(agent, free);
    }

    private static QueueAgent? FirstNotRefused(Caller caller, SortedSet<QueueAgent> idle, DateTimeOffset now)
    {
        if (idle.Min is not { } first || !caller.Refused(first.Id, now)) return idle.Min;
        foreach (var agent in idle)
        {
            if (!caller.Refused(agent.Id, now)) return agent;
        }

        return null;
    }
}
