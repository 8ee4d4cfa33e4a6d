using System.Globalization;
using System.Text;
using CallCluster.Contracts.Configuration;

namespace CallCluster.Contracts.Queues;

/// <summary>
/// Why a caller and an agent were matched: what the choice saw at its moment, in numbers, since few of the reasons are ever read. It goes with the reservation from queue to agent to call
/// and is bounded: of those who were passed over it names at most <see cref="MostPassedOver"/>.
/// </summary>
[GenerateSerializer, Immutable, Alias("MatchReason")]
public sealed record MatchReason
{
    /// <summary>How many of those who were passed over are named.</summary>
    public const int MostPassedOver = 4;

    /// <summary>Who looked for whom.</summary>
    [Id(0)] public required MatchSide Side { get; init; }

    /// <summary>The queue's strategy, by which callers choose among agents.</summary>
    [Id(1)] public required QueueStrategy Strategy { get; init; }

    /// <summary>The step of the needs that held for the caller, from 1.</summary>
    [Id(2)] public required int Step { get; init; }

    /// <summary>How many steps there are.</summary>
    [Id(3)] public required int Steps { get; init; }

    /// <summary>How long the caller had waited since first queueing.</summary>
    [Id(4)] public required TimeSpan Waited { get; init; }

    /// <summary>Callers in line, this one and those being offered included.</summary>
    [Id(5)] public required int Waiting { get; init; }

    /// <summary>Agents who meet some step's needs and were free, the chosen one included.</summary>
    [Id(6)] public required int Free { get; init; }

    /// <summary>Agents who meet some step's needs and were logged in: those who were not free were busy or away.</summary>
    [Id(7)] public required int LoggedIn { get; init; }

    /// <summary>
    /// What put the chosen one first. Of an agent, by the strategy: seconds idle (LongestIdle), levels (MostSkilled), occupancy from 0 to 1 (LeastOccupied), turns still to wait (RoundRobin, Weighted).
    /// Of a caller: seconds waited, priority counted in.
    /// </summary>
    [Id(8)] public required double Score { get; init; }

    /// <summary>The agent's levels in the skills that the step names; 0 where the agent lacks one that is only welcome.</summary>
    [Id(9)] public required SkillLevel[] Skills { get; init; }

    /// <summary>Some of those who might have been chosen and were not.</summary>
    [Id(10)] public required PassedOver[] PassedOver { get; init; }

    /// <summary>Queues whose callers the agent left for this one, by rank, delay and place.</summary>
    [Id(11)] public string[] OtherQueues { get; init; } = [];

    /// <summary>The further queue, named by the step, whose agent it is; null for one of the queue's own.</summary>
    [Id(12)] public string? OfQueue { get; init; }

    /// <summary>In a supervisor's words.</summary>
    /// <param name="agent">The agent who was chosen.</param>
    public string InWords(string agent)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{agent}{(OfQueue is null ? "" : $" of {OfQueue}")} {Lead(Side)}{Strategy} ({Measure(Side is MatchSide.AgentCameFree or MatchSide.OneAgent ? null : Strategy, Score)}), one of {Free} free among {LoggedIn} logged in; ");
        text.Append(CultureInfo.InvariantCulture, $"step {Step} of {Steps}");
        if (Skills.Length > 0) text.Append(CultureInfo.InvariantCulture, $" ({string.Join(", ", Skills.Select(skill => $"{skill.Skill} {skill.Level}"))})");
        text.Append(CultureInfo.InvariantCulture, $"; the caller waited {Waited.TotalSeconds:F0} s, {Waiting} in line");
        if (PassedOver.Length > 0) text.Append("; passed over: ").AppendJoin(", ", PassedOver.Select(Words));
        if (OtherQueues.Length > 0) text.Append("; before callers of ").AppendJoin(", ", OtherQueues);
        return text.ToString();
    }

    private static string Lead(MatchSide side) => side switch
    {
        MatchSide.AgentCameFree => "came free and took the first in line whom the needs allow, in a queue by ",
        MatchSide.OneAgent => "is whom the caller had last time or asks for, in a queue by ",
        MatchSide.RungTogether => "is rung with others by ",
        _ => "is first by ",
    };

    private string Words(PassedOver other) => other.Why switch
    {
        PassedOverFor.Refused => $"{other.Id} (did not take this call)",
        PassedOverFor.Delay => $"{other.Id} (takes only callers who have waited longer)",
        PassedOverFor.FewerSkills => $"{other.Id} (fewer of the skills)",
        PassedOverFor.LowerScore => $"{other.Id} ({Measure(Strategy, other.Score)})",
        PassedOverFor.NeedsOthers => $"{other.Id} (first in line, and needs others yet)",
        _ => $"{other.Id} (first in line, and being offered)",
    };

    private static string Measure(QueueStrategy? strategy, double score) => strategy switch
    {
        null => string.Create(CultureInfo.InvariantCulture, $"worth {score:F0} s of waiting"),
        QueueStrategy.MostSkilled => string.Create(CultureInfo.InvariantCulture, $"levels {score:F0}"),
        QueueStrategy.LeastOccupied => string.Create(CultureInfo.InvariantCulture, $"occupied {100 * score:F0} %"),
        QueueStrategy.RoundRobin or QueueStrategy.Weighted => string.Create(CultureInfo.InvariantCulture, $"turn in {score:F2}"),
        _ => string.Create(CultureInfo.InvariantCulture, $"idle {score:F0} s"),
    };
}

/// <summary>Who looked for whom (PROTOCOL rules 8 and 9).</summary>
public enum MatchSide
{
    /// <summary>The caller looked among the free agents.</summary>
    CallerLooked,
    /// <summary>The caller looked, and all agents found ring together.</summary>
    RungTogether,
    /// <summary>The agent looked among those who waited.</summary>
    AgentCameFree,
    /// <summary>The caller was for this agent alone: who had the caller last time, or is asked for.</summary>
    OneAgent,
}
