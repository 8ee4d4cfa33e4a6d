namespace CallCluster.Contracts.Configuration;

/// <summary>
/// The part of the configuration that routes calls: immutable, replaced as a whole on reload. Grains and edges read the current one from
/// <see cref="IRoutingConfiguration"/>. Keys are names as written in the configuration.
/// </summary>
public sealed record RoutingOptions
{
    public IReadOnlyDictionary<string, TrunkOptions> Trunks { get; init; } = new Dictionary<string, TrunkOptions>();
    public OutboundOptions Outbound { get; init; } = new();

    /// <summary>Dialled number or name to destination.</summary>
    public IReadOnlyDictionary<string, string> Numbers { get; init; } = new Dictionary<string, string>();
    public IReadOnlyDictionary<string, FlowOptions> Flows { get; init; } = new Dictionary<string, FlowOptions>();
    public IReadOnlyDictionary<string, HoursOptions> Hours { get; init; } = new Dictionary<string, HoursOptions>();
    public IReadOnlyDictionary<string, QueueOptions> Queues { get; init; } = new Dictionary<string, QueueOptions>();
    public IReadOnlyDictionary<string, AgentOptions> Agents { get; init; } = new Dictionary<string, AgentOptions>();
    public VoicemailOptions Voicemail { get; init; } = new();
    public RecordingsOptions Recordings { get; init; } = new();
}

/// <summary>Gives the current routing configuration.</summary>
public interface IRoutingConfiguration
{
    RoutingOptions Current { get; }
}
