namespace CallCluster.Grains.Agents;

[GenerateSerializer, Alias("AgentState")]
public sealed class AgentState;
