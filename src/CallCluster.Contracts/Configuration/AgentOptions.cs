namespace CallCluster.Contracts.Configuration;

/// <summary>A person who answers calls.</summary>
public sealed record AgentOptions
{
    /// <summary>SIP URI of a phone that does not register.</summary>
    public string? Contact { get; init; }

    /// <summary>Digest user name of a phone that registers.</summary>
    public string? Username { get; init; }

    /// <summary>File that holds the digest password.</summary>
    public string? PasswordFile { get; init; }

    /// <summary>Voicemail box whose waiting messages the agent's phone shows (message-summary, RFC 3842); null for none.</summary>
    public string? Mailbox { get; init; }

    /// <summary>Calls to the phone offer what a browser needs and nothing else: DTLS-SRTP and ICE. Null: when it registered over WebSocket.</summary>
    public bool? WebRtc { get; init; }

    /// <summary>Skill to level, 1 to 5; a language is a skill named by its BCP 47 tag.</summary>
    public IReadOnlyDictionary<string, int> Skills { get; init; } = new Dictionary<string, int>();
    public IReadOnlyList<AgentQueueOptions> Queues { get; init; } = [];

    /// <summary>Calls at once.</summary>
    public int Capacity { get; init; } = 1;

    /// <summary>Presence at start: Available, Away or Offline. An agent with Username is Offline until the phone registers, then takes this.</summary>
    public string Presence { get; init; } = "Available";

    /// <summary>How long NotResponding lasts before the agent is offered calls again.</summary>
    public TimeSpan NotRespondingFor { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Whether the queue's callers may come to the agent, in whichever step.</summary>
    public bool Serves(string queue, QueueOptions options) => Queues.Any(own => own.Name == queue || options.Steps.Any(step => step.Queues.Contains(own.Name)));
}

/// <summary>A queue that an agent serves; in JSON also just the queue's name.</summary>
public sealed record AgentQueueOptions
{
    public required string Name { get; init; }

    /// <summary>Lower is preferred when the agent comes free.</summary>
    public int Rank { get; init; } = 1;

    /// <summary>The agent takes only callers of this queue who have waited this long.</summary>
    public TimeSpan Delay { get; init; } = TimeSpan.Zero;

    /// <summary>The agent's share of the callers where the queue's strategy is Weighted: one of weight 2 gets twice as many as one of weight 1.</summary>
    public int Weight { get; init; } = 1;
}
