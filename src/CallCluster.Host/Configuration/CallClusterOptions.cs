using CallCluster.Contracts.Configuration;

namespace CallCluster.Host.Configuration;

/// <summary>The whole configuration: what stands under <c>CallCluster</c>. Property names are the keys.</summary>
internal sealed record CallClusterOptions
{
    public ClusterOptions Cluster { get; init; } = new();
    public SipOptions Sip { get; init; } = new();
    public MediaOptions Media { get; init; } = new();
    public PromptsOptions Prompts { get; init; } = new();
    public IReadOnlyDictionary<string, TrunkOptions> Trunks { get; init; } = new Dictionary<string, TrunkOptions>();
    public OutboundOptions Outbound { get; init; } = new();
    public IReadOnlyDictionary<string, string> Numbers { get; init; } = new Dictionary<string, string>();
    public IReadOnlyDictionary<string, FlowOptions> Flows { get; init; } = new Dictionary<string, FlowOptions>();
    public IReadOnlyDictionary<string, HoursOptions> Hours { get; init; } = new Dictionary<string, HoursOptions>();
    public IReadOnlyDictionary<string, QueueOptions> Queues { get; init; } = new Dictionary<string, QueueOptions>();
    public IReadOnlyDictionary<string, AgentOptions> Agents { get; init; } = new Dictionary<string, AgentOptions>();
    public VoicemailOptions Voicemail { get; init; } = new();
    public RecordingsOptions Recordings { get; init; } = new();
    public RecordsOptions Records { get; init; } = new();
    public IReadOnlyDictionary<string, WebhookOptions> Webhooks { get; init; } = new Dictionary<string, WebhookOptions>();
    public ApiOptions Api { get; init; } = new();
    public LogOptions Log { get; init; } = new();

    /// <summary>The sections that reload while running.</summary>
    public RoutingOptions ToRouting() => new()
    {
        Trunks = Trunks,
        Outbound = Outbound,
        Numbers = Numbers,
        Flows = Flows,
        Hours = Hours,
        Queues = Queues,
        Agents = Agents,
        Voicemail = Voicemail,
        Recordings = Recordings,
    };
}
