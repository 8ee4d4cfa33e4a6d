namespace CallCluster.Edge.Admission;

/// <summary>Who sends an initial INVITE, as far as it is proved.</summary>
/// <param name="Agent">The agent, by digest; or the one in whose name another edge sends it.</param>
/// <param name="Trunk">The trunk, by address or digest.</param>
/// <param name="PeerCall">The call of this cluster that another edge (or this one) sends it for; null when it comes from elsewhere.</param>
internal readonly record struct Sender(string? Agent, string? Trunk, string? PeerCall = null);
