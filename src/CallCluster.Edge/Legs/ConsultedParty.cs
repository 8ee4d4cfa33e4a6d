using CallCluster.Sip.Uris;

namespace CallCluster.Edge.Legs;

/// <summary>A party behind a trunk with whom an agent talks in another call.</summary>
/// <param name="Trunk">The trunk.</param>
/// <param name="ReferTo">Where a REFER sends whoever shall take the agent's place there (RFC 5589 7): the party, and the dialog to replace as it knows that itself.</param>
internal sealed record ConsultedParty(string Trunk, SipUri ReferTo);
