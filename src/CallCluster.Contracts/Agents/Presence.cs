namespace CallCluster.Contracts.Agents;

/// <summary>What an agent, a supervisor or the cluster says of an agent's availability. Busy and WrapUp follow from calls and are not set.</summary>
public enum Presence { Available, Away, Busy, WrapUp, NotResponding, Offline }
