namespace CallCluster.EndToEnd.Tests.Peers;

/// <summary>What sipp counted in a run.</summary>
/// <param name="ExitCode">0 when every call went as the scenario says.</param>
/// <param name="Calls">Calls made or received.</param>
/// <param name="Successful">Calls that went as the scenario says.</param>
/// <param name="Failed">Calls that did not.</param>
/// <param name="Retransmissions">Messages it had to send again.</param>
/// <param name="Errors">Unexpected messages, as sipp tells them.</param>
public sealed record SippResult(int ExitCode, int Calls, int Successful, int Failed, int Retransmissions, string Errors);
