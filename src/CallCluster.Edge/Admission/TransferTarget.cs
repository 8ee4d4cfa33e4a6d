using CallCluster.Sip.Messages;

namespace CallCluster.Edge.Admission;

/// <summary>Where a REFER leads: to one of both, or nowhere.</summary>
/// <param name="Destination">A destination of DESIGN section 7.</param>
/// <param name="Replaces">A dialog of this cluster, whose other end the transferred party shall have.</param>
/// <param name="CallId">The call that the dialog belongs to.</param>
/// <param name="Leg">The leg of that call.</param>
/// <param name="Refusal">Why it leads nowhere.</param>
internal readonly record struct TransferTarget(string? Destination, ReplacesHeader? Replaces = null, string? CallId = null, int Leg = 0, TransferRefusal? Refusal = null);
