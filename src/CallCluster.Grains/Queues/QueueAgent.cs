using CallCluster.Grains.Machines;

namespace CallCluster.Grains.Queues;

/// <summary>An agent who serves the queue, as the queue last heard. Due when the agent is to be asked again.</summary>
public sealed class QueueAgent(string id) : DueItem
{
    public string Id { get; } = id;

    /// <summary>The agent's version that this comes from; 0 when the agent has not answered yet.</summary>
    public long Version { get; set; }

    public bool LoggedIn { get; set; }

    /// <summary>How many callers may be sent; what this queue has asked for since <see cref="Version"/> is taken off.</summary>
    public int Free { get; set; }

    public DateTimeOffset IdleSince { get; set; }

    /// <summary>The agent's skills meet the queue's needs.</summary>
    public bool Fits { get; set; }

    /// <summary>Index of the delay class: callers who have waited that long may be sent.</summary>
    public int Class { get; set; }
}
