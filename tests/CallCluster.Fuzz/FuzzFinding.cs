namespace CallCluster.Fuzz;

/// <summary>An input that a target did not survive.</summary>
internal sealed record FuzzFinding(long Round, byte[] Input, string Message);
