using CallCluster.Contracts.Queues;
using CallCluster.Grains.Machines;

namespace CallCluster.Grains.Queues;

/// <summary>An agent who serves the queue, as the queue last heard. Due when the agent is to be asked again.</summary>
public sealed class QueueAgent(string id) : DueItem
{
    public string Id { get; } = id;

    /// <summary>The agent's version that this comes from; 0 when the agent has not answered yet.</summary>
    public long Version { get; set; }

    /// <summary>What the queue took off for an offer may never have arrived: what the agent says next is news, also by the same version.</summary>
    public bool IsInDoubt { get; set; }

    /// <summary>The queue has heard whom the agent talked with before the queue began.</summary>
    public bool HasToldCallers { get; set; }

    public bool LoggedIn { get; set; }

    /// <summary>Takes callers: at work, not away.</summary>
    public bool OnDuty { get; set; }

    /// <summary>Callers of this queue whom the agent has answered and, for all that is known, has not finished with.</summary>
    public int Serving { get; set; }

    /// <summary>How many callers may be sent; what this queue has asked for since <see cref="Version"/> is taken off.</summary>
    public int Free { get; set; }

    /// <summary>How many calls the agent may have at once.</summary>
    public int Capacity { get; set; } = 1;

    public DateTimeOffset IdleSince { get; set; }

    /// <summary>Orders by occupancy (<see cref="Agents.Occupancy.Rank"/>).</summary>
    public double OccupancyRank { get; set; } = double.NegativeInfinity;

    /// <summary>The first step in which the agent may take callers, whatever the skills (<see cref="QueueService.FromStep"/>).</summary>
    public int FromStep { get; set; }

    /// <summary>The further queue whose agent it is; null for one of the queue's own.</summary>
    public string? OfQueue { get; set; }

    /// <summary>Whom the agent is like; null when the agent's skills meet no step.</summary>
    public AgentClass? Class { get; set; }

    /// <summary>The agent's levels in the skills that each step names, made when they are first asked for.</summary>
    public SkillLevel[]?[] Named { get; set; } = [];

    public IReadOnlyDictionary<string, int> Skills { get; set; } = new Dictionary<string, int>();

    /// <summary>All of the agent's levels, summed.</summary>
    public int AllLevels { get; set; }

    /// <summary>When the agent's turn comes, where the strategy goes by turns: the lowest is next.</summary>
    public long Turn { get; set; }

    /// <summary>How far a caller moves <see cref="Turn"/> on; 0 where turns do not count.</summary>
    public long Stride { get; set; }
}
