using CallCluster.Contracts.Configuration;
using CallCluster.Contracts.Queues;
using CallCluster.Grains.Agents;

namespace CallCluster.Grains.Queues;

/// <summary>Why a choice fell as it did, told at its moment. It looks at no more than the few whom it names.</summary>
public sealed partial class AgentIndex
{
    /// <summary>Why the caller gets the agent whom <see cref="Best"/> has just chosen and nobody has taken yet.</summary>
    public MatchReason WhyAgent(Caller caller, QueueAgent chosen, int waiting, DateTimeOffset now)
    {
        var step = Step(caller.Matured);
        var side = _strategy == QueueStrategy.RingAll ? MatchSide.RungTogether : MatchSide.CallerLooked;
        return Reason(side, caller, chosen, step, waiting, Score(chosen, step, now), PassedOver(caller, chosen, step, now), now);
    }

    /// <summary>Why the agent who came free, or is the only one for the caller, gets the caller.</summary>
    /// <param name="chosen">The caller.</param>
    /// <param name="agent">The agent.</param>
    /// <param name="first">First in line, perhaps the same.</param>
    /// <param name="waiting">Callers in line.</param>
    /// <param name="now">Now.</param>
    public MatchReason WhyCaller(Caller chosen, QueueAgent agent, Caller first, int waiting, DateTimeOffset now)
    {
        PassedOver[] passedOver = ReferenceEquals(first, chosen) || chosen.WaitsFor is not null ? [] : [new PassedOver(first.CallId, WhyNot(first, agent, now))];
        var score = (now.UtcTicks - chosen.Place) / (double)TimeSpan.TicksPerSecond;
        return Reason(chosen.WaitsFor is null ? MatchSide.AgentCameFree : MatchSide.OneAgent, chosen, agent, Step(chosen.Matured), waiting, score, passedOver, now);
    }

    private MatchReason Reason(MatchSide side, Caller caller, QueueAgent agent, int step, int waiting, double score, PassedOver[] passedOver, DateTimeOffset now) => new()
    {
        Side = side,
        Strategy = _strategy,
        Step = step + 1,
        Steps = _steps.Count,
        Waited = now - caller.FirstQueuedAt,
        Waiting = waiting,
        Free = Free,
        LoggedIn = LoggedIn,
        Score = score,
        Skills = agent.Named[step] ??= _steps.Named(step, agent.Skills),
        PassedOver = passedOver,
        OfQueue = agent.OfQueue,
    };

    private static PassedOverFor WhyNot(Caller first, QueueAgent agent, DateTimeOffset now) =>
        first.State != CallerState.Waiting ? PassedOverFor.BeingOffered : first.Refused(agent.Id, now) ? PassedOverFor.Refused : PassedOverFor.NeedsOthers;

    private PassedOver[] PassedOver(Caller caller, QueueAgent chosen, int step, DateTimeOffset now)
    {
        // Nobody else was free, and nobody refused: the usual case where much is going on.
        if (Free == 1 && caller.RefusedBy.Length == 0) return [];
        var passedOver = new List<PassedOver>(MatchReason.MostPassedOver);
        foreach (var refused in caller.RefusedBy)
        {
            if (refused.Until > now && passedOver.Count < MatchReason.MostPassedOver) passedOver.Add(new PassedOver(refused.AgentId, PassedOverFor.Refused));
        }

        // Where all are rung nobody else is passed over.
        if (_strategy == QueueStrategy.RingAll) return [.. passedOver];

        // Those of the classes, best first, until enough are named or no other free agent is left.
        var left = Free;
        foreach (var alike in _byStep[step])
        {
            if (left == 0 || passedOver.Count == MatchReason.MostPassedOver) break;
            left -= alike.Idle.Count;
            if (alike.Idle.Count > (ReferenceEquals(alike, chosen.Class) ? 1 : 0)) Name(alike, caller, chosen, step, passedOver, now);
        }

        return [.. passedOver];
    }

    private void Name(AgentClass alike, Caller caller, QueueAgent chosen, int step, List<PassedOver> passedOver, DateTimeOffset now)
    {
        var why = alike.Wait >= caller.Matured ? PassedOverFor.Delay : AgentClass.Compare(alike, chosen.Class!, step) == 0 ? PassedOverFor.LowerScore : PassedOverFor.FewerSkills;
        foreach (var agent in alike.Idle)
        {
            if (passedOver.Count == MatchReason.MostPassedOver) return;
            if (ReferenceEquals(agent, chosen) || caller.Refused(agent.Id, now)) continue;
            passedOver.Add(new PassedOver(agent.Id, why, why == PassedOverFor.LowerScore ? Score(agent, step, now) : 0));
        }
    }

    /// <summary>What the strategy goes by, as <see cref="MatchReason.Score"/> has it.</summary>
    private double Score(QueueAgent agent, int step, DateTimeOffset now) => _strategy switch
    {
        QueueStrategy.MostSkilled => agent.Class!.Levels(step),
        QueueStrategy.LeastOccupied => Occupancy.At(agent.OccupancyRank, now),
        QueueStrategy.RoundRobin or QueueStrategy.Weighted => (agent.Turn - Turn) / (double)Round,
        _ => (now - agent.IdleSince).TotalSeconds,
    };
}
